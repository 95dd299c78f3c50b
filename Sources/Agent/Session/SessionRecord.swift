import Configuration
import Embodiment
import Foundation
import Platform

/// `session.json`: what ran, so that it can be run again.
struct SessionRecord: Encodable {
    private struct File: Encodable {
        var path: String
        var crc32: String
        var text: String
    }

    private var hone = Version.text
    private var launch: String
    private var task: String
    private var instruction: String
    private var seed: UInt64
    private var schedule: String
    private var preset: String
    private var overrides: [String]
    private var files: [File]

    init(launch: Launch) {
        self.launch = launch.name
        task = launch.task.name
        instruction = launch.task.instruction
        seed = launch.seed
        schedule = launch.schedule.rawValue
        preset = launch.algorithm.preset
        overrides = launch.overrides
        files = launch.sources.map { source in
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
}
