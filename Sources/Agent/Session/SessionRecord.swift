import Configuration
import Control
import Embodiment
import Foundation
import Neural
import Platform

/// `session.json`: what ran, so that it can be run again.
struct SessionRecord: Codable {
    private struct File: Codable {
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
    private var launch: String
    private var task: String?
    private var instruction: String?
    private var seed: UInt64
    private var schedule: String
    private var preset: String
    /// 64-bit FNV-1a of every limit that was enforced; a name, not a signature.
    private var limitsHash: String?
    private var overrides: [String]
    private var files: [File]

    /// The kernels of this process.
    static var presentKernels: String {
        BLAS.coreName + (BLAS.hasOwnKernel ? " and Hone's" : "")
    }

    init(launch: Launch) {
        self.launch = launch.name
        task = launch.task.name
        instruction = launch.task.instruction
        seed = launch.seed
        schedule = launch.schedule.rawValue
        preset = launch.algorithm.preset
        limitsHash = CompiledLimits(launch.robot).hashText
        overrides = launch.overrides
        kernels = Self.presentKernels
        files = launch.sources.map { source in
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
}
