import Configuration
import Embodiment
import Experience
import Foundation
import Platform

/// What recorded episodes need of `session.json`.
extension SessionRecord {
    /// Reads the record above a folder of logs; nil when there is none that can be read.
    ///
    /// - Parameter folder: where the logs are: the session's `log/`, or the session itself.
    init?(ofLogs folder: String) {
        let own = URL(fileURLWithPath: folder)
        let record = [own.deletingLastPathComponent(), own].lazy
            .map { SessionDirectory(existing: $0).session }
            .first { Files.exists($0.path) }
            .flatMap { try? SessionRecord(reading: $0) }
        guard let record else { return nil }
        self = record
    }

    /// The task's name.
    var taskName: String { task ?? launch }

    /// The task in a sentence.
    var taskText: String { instruction ?? taskName }

    /// Who the robot was; nil when the files do not say.
    var robot: RobotDescription? {
        let source = files.first { source in
            source.text.split(separator: "\n").contains { $0.hasPrefix("schema: robot/") }
        }
        return source.flatMap { source in
            let name = URL(fileURLWithPath: source.path).deletingPathExtension().lastPathComponent
            return try? RobotFile.read(text: source.text, named: name)
        }
    }
}
