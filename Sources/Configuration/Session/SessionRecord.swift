import Embodiment
import Foundation
import Platform
import Recipe

/// `session.json`: what ran, so that it can be run again, or go on.
///
/// A plain value. Paths of `data` and `weights` are absolute.
public struct SessionRecord: Codable, Sendable {
    /// A file of the configuration as it was read.
    public struct File: Codable, Equatable, Sendable {
        /// As it is shown: relative to the project where it lies in it.
        public var path: String
        /// CRC-32 of the text, hexadecimal.
        public var crc32: String
        /// All of it.
        public var text: String

        /// What a launch was read from.
        public init(_ source: ConfigurationSource) {
            path = source.path
            crc32 = String(CRC32.checksum(Array(source.text.utf8)), radix: 16)
            text = source.text
        }
    }

    /// The program's version.
    public var hone: String
    /// What made the products of matrices; nil in older sessions.
    ///
    /// Other kernels give other last bits.
    public var kernels: String?
    /// The command that began it; nil for one whose episodes no robot lived here.
    public var command: SessionKind?
    /// Folder with the YAML files; nil where it goes on nowhere.
    public var project: String?
    /// The launch's name.
    public var launch: String
    /// The task's name; nil in older sessions.
    public var task: String?
    /// The task in a sentence; nil for none.
    public var instruction: String?
    /// Of the session.
    public var seed: UInt64
    /// `lockstep` or `realtime`.
    public var schedule: String
    /// The algorithm's settings that others differ from.
    public var preset: String
    /// 64-bit FNV-1a of every limit that was enforced; a name, not a signature.
    public var limitsHash: String?
    /// What its numbers mean; nil in older sessions.
    public var compatibility: Compatibility?
    /// `--set` arguments in order.
    public var overrides: [String]
    /// Sessions whose episodes are offline data; nil in older sessions.
    public var data: [String]?
    /// The session that the first weights are of; nil for none.
    public var weights: String?
    /// Whether the critic chooses among the policy's candidates; nil in older sessions.
    public var guided: Bool?
    /// The launch file first.
    public var files: [File]

    /// What a launch says of itself; a session adds what it was asked for.
    ///
    /// - Parameter hone: the program's version.
    public init(hone: String, launch: Launch) {
        self.hone = hone
        self.launch = launch.name
        task = launch.task.name
        instruction = launch.task.instruction
        seed = launch.seed
        schedule = launch.schedule.rawValue
        preset = launch.algorithm.preset
        compatibility = Compatibility(launch.robot, task: launch.task.name)
        overrides = launch.overrides
        data = []
        guided = false
        files = launch.sources.map(File.init)
    }

    /// The launch as it ran, from the recorded texts alone.
    ///
    /// - Parameter changes: `--set` arguments that are applied after those of the session.
    public func readLaunch(changes: [String] = []) throws(ConfigurationErrors) -> Launch {
        let project = Project(
            recorded: files.map { ConfigurationSource(path: $0.path, text: $0.text) })
        return try LaunchFile.read(
            files.first?.path ?? launch, in: project, overrides: overrides + changes)
    }

    /// The launch as it ran, as keys and values.
    ///
    /// - Throws: what this version of Hone does not take of it.
    public func settingTable() throws(ConfigurationErrors) -> SettingTable {
        let project = Project(
            recorded: files.map { ConfigurationSource(path: $0.path, text: $0.text) })
        return try SettingTable(
            reading: files.first?.path ?? launch, in: project, overrides: overrides)
    }

    /// Who the robot was; nil when the files do not say.
    public var robot: RobotDescription? {
        let source = files.first { source in
            source.text.split(separator: "\n").contains { $0.hasPrefix("schema: robot/") }
        }
        return source.flatMap { source in
            let name = URL(fileURLWithPath: source.path).deletingPathExtension().lastPathComponent
            return try? RobotFile.read(text: source.text, named: name)
        }
    }

    /// What its numbers mean: as it was written down, in older sessions as the robot's file has it; nil where that cannot
    /// be read either.
    public var meaning: Compatibility? { compatibility ?? robot.map { Compatibility($0) } }

    /// Reads `session.json` back.
    public init(reading url: URL) throws(SessionRecordError) {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let bytes = try Files.read(url.path, limit: 64 << 20, .record)
            self = try decoder.decode(SessionRecord.self, from: Data(bytes))
        } catch let error as PlatformError {
            throw .unreadable(error)
        } catch {
            throw .notASession(url.path, JSONFault.words(of: error))
        }
    }

    /// Writes it in one step.
    ///
    /// - Throws: `PlatformError` when the disk does not take it.
    public func write(to url: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try Files.replace(url.path, with: Array(encoder.encode(self)))
    }

    /// Where the launch file was: relative to the project where it lay in it.
    public var launchPath: String { files.first?.path ?? "launch/\(launch).yaml" }

    /// Files that are not what they were, by name.
    public func changes(in launch: Launch) -> [String] {
        let now = launch.sources.map(File.init)
        guard now.map(\.path) == files.map(\.path) else { return [files.first?.path ?? "launch"] }
        return zip(files, now).filter { $0 != $1 }.map(\.0.path)
    }
}
