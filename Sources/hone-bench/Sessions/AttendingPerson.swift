import Foundation
import Platform

/// The person beside a simulated robot: acknowledges what stopped it, and starts it again.
struct AttendingPerson {
    let program: String
    let directory: String

    /// Looks at the session once; a session that does not answer is left alone.
    func look() throws {
        guard let said = try ask(["status", directory]) else { return }
        let stop = "stopped, cause "
        if said.hasPrefix(stop) {
            let cause = said.dropFirst(stop.count).prefix { $0.isNumber }
            _ = try ask(["ack", directory, String(cause)])
        } else if said.contains("continue with hone start") {
            _ = try ask(["start", directory])
        }
    }

    /// What `hone` says to some words; nil where it fails.
    private func ask(_ words: [String]) throws -> String? {
        let path = directory + "-asked.txt"
        defer { try? Files.remove(path) }
        let child = try ChildProcess.spawn(executable: program, arguments: words, output: path)
        guard child.wait(timeout: .seconds(10)) == 0 else { return nil }
        return try? String(contentsOfFile: path, encoding: .utf8)
    }
}
