import Configuration
import Embodiment
import Foundation
import Platform

/// What `session.json` says of a recorded session, as far as its episodes need it.
struct RecordedTask: Sendable {
    /// The task's name.
    var task: String
    /// The task in a sentence.
    var instruction: String
    /// Who the robot was; nil when the file does not say.
    var robot: RobotDescription?

    private struct File: Decodable {
        struct Source: Decodable {
            var path: String
            var text: String
        }
        var launch: String
        var task: String?
        var instruction: String?
        var files: [Source]
    }

    /// Bytes that a session.json may have.
    private static let byteLimit = 16 << 20

    /// Reads the session.json above a folder of logs; nil when there is none that can be read.
    ///
    /// - Parameter folder: where the logs are: the session's `log/`, or the session itself.
    init?(logs folder: String) {
        let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        let candidates = [above + "/session.json", folder + "/session.json"]
        guard let path = candidates.first(where: { Files.exists($0) }),
            let bytes = try? Files.read(path, limit: Self.byteLimit)
        else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let file = try? decoder.decode(File.self, from: Data(bytes)) else { return nil }
        task = file.task ?? file.launch
        instruction = file.instruction ?? task
        let source = file.files.first { source in
            source.text.split(separator: "\n").contains { $0.hasPrefix("schema: robot/") }
        }
        robot = source.flatMap { source in
            let name = URL(fileURLWithPath: source.path).deletingPathExtension().lastPathComponent
            return try? RobotFile.read(text: source.text, named: name)
        }
    }
}
