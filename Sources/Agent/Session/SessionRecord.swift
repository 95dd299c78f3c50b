import Configuration
import Embodiment
import Foundation
import Platform

/// `session.json`: what ran, so that it can be run again, or go on.
struct SessionRecord: Codable {
    /// A file of the configuration as it was read.
    struct File: Codable, Equatable {
        var path: String
        var crc32: String
        var text: String
    }

    private var hone = Version.text
    /// The command that began it.
    private(set) var command: SessionKind
    /// Folder with the YAML files.
    private(set) var project: String
    private var launch: String
    private var seed: UInt64
    private var schedule: String
    private var preset: String
    private(set) var overrides: [String]
    private var data: [String]
    private var weights: String?
    private var guided: Bool
    private var files: [File]

    init(request: SessionRequest, launch: Launch, project: Project) {
        command = request.command
        self.project = URL(fileURLWithPath: project.root).standardizedFileURL.path
        self.launch = launch.name
        seed = launch.seed
        schedule = launch.schedule.rawValue
        preset = launch.algorithm.preset
        overrides = launch.overrides
        let usesData = request.command == .finetune || request.command == .pretrain
        data = (request.data + (usesData ? launch.session.offlineData : [])).map(Self.absolute)
        weights = request.weights.map(Self.absolute)
        guided = request.isGuided
        files = Self.files(of: launch)
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private static func files(of launch: Launch) -> [File] {
        launch.sources.map { source in
            File(
                path: source.path,
                crc32: String(CRC32.checksum(Array(source.text.utf8)), radix: 16),
                text: source.text)
        }
    }

    /// Writes it in one step.
    func write(to url: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try Files.replace(url.path, with: Array(encoder.encode(self)))
    }

    /// Largest `session.json` that is read.
    private static let byteLimit = 16 << 20

    /// Reads the record of a session directory.
    init(of directory: String) throws(SessionError) {
        let url = URL(fileURLWithPath: directory).appendingPathComponent("session.json")
        guard Files.exists(url.path) else { throw .noSession(directory) }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            let bytes = try Files.read(url.path, limit: Self.byteLimit)
            self = try decoder.decode(SessionRecord.self, from: Data(bytes))
        } catch { throw .unreadable("cannot read \(url.path): \(error)") }
    }

    /// The launch file, to be read again.
    var launchFile: String {
        let path = files.first?.path ?? launch
        return path.hasPrefix("/") ? path : "\(project)/\(path)"
    }

    /// Files that are not what they were, by name.
    func changes(in launch: Launch) -> [String] {
        let now = Self.files(of: launch)
        guard now.map(\.path) == files.map(\.path) else { return [files.first?.path ?? "launch"] }
        return zip(files, now).filter { $0 != $1 }.map(\.0.path)
    }

    /// The same request once more, to go on in `directory`.
    func request(resuming directory: String, json: Bool, quiet: Bool) -> SessionRequest {
        var request = SessionRequest(
            launch: launchFile, overrides: overrides, directory: directory, json: json,
            quiet: quiet)
        request.data = data
        request.weights = weights
        request.isGuided = guided
        request.command = command
        request.isResume = true
        return request
    }
}
