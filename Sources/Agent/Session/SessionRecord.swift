import Configuration
import Control
import Embodiment
import Foundation
import Models
import Neural
import Platform
import Recipe

/// `session.json`: what ran, so that it can be run again, or go on.
struct SessionRecord: Codable {
    /// A file of the configuration as it was read.
    struct File: Codable, Equatable {
        var path: String
        var crc32: String
        var text: String
    }

    /// The program's version.
    private(set) var hone = Version.text
    /// What made the products of matrices; nil in older sessions.
    ///
    /// Other kernels give other last bits.
    private(set) var kernels: String?
    /// The command that began it; nil for one whose episodes no robot lived here.
    private(set) var command: SessionKind?
    /// Folder with the YAML files; nil where it goes on nowhere.
    private(set) var project: String?
    /// The launch's name.
    private(set) var launch: String
    private(set) var task: String?
    private(set) var instruction: String?
    private var seed: UInt64
    private var schedule: String
    private var preset: String
    /// 64-bit FNV-1a of every limit that was enforced; a name, not a signature.
    private var limitsHash: String?
    private(set) var overrides: [String]
    private var data: [String]?
    private var weights: String?
    private var guided: Bool?
    private(set) var files: [File]

    /// The kernels of this process, as a session with these settings uses them.
    static func presentKernels(for settings: AlgorithmSettings) -> String {
        BLAS.coreName + (BLAS.hasOwnKernel ? " and Hone's" : "")
            + (settings.policy.samplesInHalf ? ", sampling in half precision" : "")
    }

    /// A session that a request begins; without one, recorded data that was imported.
    init(request: SessionRequest? = nil, launch: Launch, project: Project? = nil) {
        command = request?.command
        self.project = project.map { URL(fileURLWithPath: $0.root).standardizedFileURL.path }
        self.launch = launch.name
        task = launch.task.name
        instruction = launch.task.instruction
        seed = launch.seed
        schedule = launch.schedule.rawValue
        preset = launch.algorithm.preset
        limitsHash = CompiledLimits(launch.robot).hashText
        overrides = launch.overrides
        kernels = Self.presentKernels(for: launch.algorithm)
        let usesData = command == .finetune || command == .pretrain
        data = ((request?.data ?? []) + (usesData ? launch.session.offlineData : []))
            .map(Self.absolute)
        weights = request?.weights.map(Self.absolute)
        guided = request?.isGuided ?? false
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

    /// The launch as it ran, from the recorded texts alone.
    ///
    /// - Parameter changes: `--set` arguments that are applied after those of the session.
    func readLaunch(changes: [String] = []) throws(ConfigurationErrors) -> Launch {
        let project = Project(
            recorded: files.map { ConfigurationSource(path: $0.path, text: $0.text) })
        return try LaunchFile.read(
            files.first?.path ?? launch, in: project, overrides: overrides + changes)
    }

    /// Reads `session.json` back.
    init(reading url: URL) throws(SessionError) {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let bytes = try Files.read(url.path, limit: 64 << 20)
            self = try decoder.decode(SessionRecord.self, from: Data(bytes))
        } catch let error as PlatformError {
            throw .unreadable("\(error). Name the directory of a session.")
        } catch {
            throw .notASession(url.path, "\(error)")
        }
    }

    /// Writes it in one step.
    func write(to url: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try Files.replace(url.path, with: Array(encoder.encode(self)))
    }

    /// Reads the record of a session directory.
    init(of directory: String) throws(SessionError) {
        let url = SessionDirectory(existing: URL(fileURLWithPath: directory)).session
        guard Files.exists(url.path) else { throw .noSession(directory) }
        try self.init(reading: url)
    }

    /// The launch file, to be read again.
    var launchFile: String {
        let path = files.first?.path ?? launch
        return path.hasPrefix("/") ? path : "\(project ?? "")/\(path)"
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
        request.data = data ?? []
        request.weights = weights
        request.isGuided = guided ?? true
        request.command = command
        request.isResume = true
        return request
    }
}
