import Foundation
import Neural
import Platform

/// A data set of others as `launch/datasets/convert` hands it over: columns of numbers, and what it says of them.
///
/// The file is safetensors, float32; `launch/datasets/README.md` says what is in it.
struct ImportedColumns: Sendable {
    /// What the file says beside its numbers.
    struct Facts: Decodable, Sendable {
        /// Steps per second.
        var rate: Double?
        var about: About
        /// One per episode, where the file knows.
        var episodes: [EpisodeFacts]?
        /// Whether each episode succeeded, where the file says.
        var succeeded: [Bool?]?
        /// Episodes at whose last step only the recording stops.
        var stopped: [Bool]?
        /// Keys that are observed, where a file has several.
        var observed: [String]?
        /// `normalised` or `physical`, where the file says.
        var actions: String?
        /// What the reader took and left; nil of a hand-over without one.
        var account: ImportAccount?
        /// Sentences for the person who imports.
        var notes: [String]
    }

    /// Who and what.
    struct About: Decodable, Sendable {
        var robot: String?
        var task: String?
        /// What the robot's axes are, but for those that say otherwise.
        var controlSpace: String?
        var observation: [Quantity]?
        var action: [Quantity]?

        private enum CodingKeys: String, CodingKey {
            case robot, task, observation, action
            case controlSpace = "control_space"
        }
    }

    /// One column's name and what is known of it.
    struct Quantity: Decodable, Sendable {
        var name: String
        var unit: String?
        var kind: String?
        var low: Double?
        var high: Double?
        /// What the axis is, where that is another than the robot's.
        var controlSpace: String?

        private enum CodingKeys: String, CodingKey {
            case name, unit, kind, low, high
            case controlSpace = "control_space"
        }
    }

    /// What Hone's own exports say of an episode.
    struct EpisodeFacts: Decodable, Sendable {
        var number: UInt32
        var seed: String
        var purpose: String
        var outcome: String
    }

    /// Rows of one matrix.
    struct Table: Sendable {
        var width: Int
        var values: [Float]
        subscript(row: Int, column: Int) -> Float { values[row * width + column] }
    }

    /// [T, O].
    var observations: Table
    /// [T, O].
    var nextObservations: Table
    /// [T, A].
    var actions: Table
    /// Steps of each episode.
    var lengths: [Int]
    /// [T], or nil when every step has a next observation.
    var hasNext: [Bool]?
    /// [T].
    var rewards: [Float]?
    /// [T].
    var terminals: [Bool]?
    /// [T].
    var operators: [Bool]?
    /// [T].
    var versions: [UInt32]?
    var facts: Facts

    /// Steps in all.
    var steps: Int { observations.width > 0 ? observations.values.count / observations.width : 0 }

}

extension ImportedColumns {
    /// Largest file that is read.
    private static let byteLimit = 8 << 30

    /// Reads a hand-over file and checks that its columns go with each other.
    init(path: String) throws {
        let file = try Safetensors.decode(try Files.read(path, limit: Self.byteLimit))
        func values(_ name: String) throws -> [Float]? {
            guard let tensor = file.tensor(name) else { return nil }
            return try [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                try file.copy(name, shape: tensor.shape, into: base)
                count = tensor.count
            }
        }
        func table(_ name: String) throws -> Table {
            guard let tensor = file.tensor(name), tensor.shape.count == 2, tensor.shape[1] > 0,
                let numbers = try values(name)
            else { throw DatasetError.wrongColumns("no \(name) with rows and columns") }
            return Table(width: tensor.shape[1], values: numbers)
        }
        observations = try table("observations")
        nextObservations = try table("next_observations")
        actions = try table("actions")
        lengths = (try values("lengths") ?? []).map { Int(exactly: $0) ?? 0 }
        hasNext = try values("has_next").map { $0.map { $0 != 0 } }
        rewards = try values("rewards")
        terminals = try values("terminals").map { $0.map { $0 != 0 } }
        operators = try values("operator").map { $0.map { $0 != 0 } }
        versions = try values("versions").map { $0.map { UInt32(exactly: $0) ?? 0 } }
        do {
            let text = Data((file.text("dataset") ?? "").utf8)
            facts = try JSONDecoder().decode(Facts.self, from: text)
        } catch {
            throw DatasetError.wrongColumns(
                "what is said of the columns: \(JSONFault.words(of: error))")
        }
        let counts: [Int?] = [
            nextObservations.values.count / nextObservations.width,
            actions.values.count / actions.width, lengths.reduce(0, +),
            hasNext?.count, rewards?.count, terminals?.count, operators?.count, versions?.count,
        ]
        guard counts.allSatisfy({ $0 == nil || $0 == steps }),
            nextObservations.width == observations.width,
            [facts.episodes?.count, facts.succeeded?.count, facts.stopped?.count]
                .allSatisfy({ $0 == nil || $0 == lengths.count }),
            lengths.allSatisfy({ $0 > 0 })
        else { throw DatasetError.wrongColumns("columns that do not go with each other") }
    }
}
