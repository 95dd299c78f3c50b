import Configuration
import Experience

/// What recorded episodes need of `session.json`.
extension SessionRecord {
    /// Reads the record that goes with a session's files; nil when there is none that can be read.
    init?(of files: SessionFiles) {
        guard let record = files.session.flatMap({ try? SessionRecord(reading: $0) }) else {
            return nil
        }
        self = record
    }

    /// The task's name.
    var taskName: String { task ?? launch }

    /// The task in a sentence.
    var taskText: String { instruction ?? taskName }
}
