/// What keeps a session from being measured.
enum SessionBenchError: Error, CustomStringConvertible {
    case noProgram(String)
    case failed(String, code: Int32, said: String)
    case noRoom(String, needs: UInt64, has: UInt64)
    case noRobotRate(String)

    var description: String {
        switch self {
        case .noProgram(let path):
            "Looked for the program at \(path), and there is none: swift build -c release builds it."
        case .failed(let directory, let code, let said):
            "The session in \(directory) ended with \(code): \(said)"
        case .noRoom(let folder, let needs, let has):
            "This needs \(needs >> 30) GiB on the disk of \(folder), which has \(has >> 30) GiB left: make room."
        case .noRobotRate(let path):
            "\(path) was written for another policy rate, and reads back with the old one: "
                + "policy_rate_hz must be on a line of its own."
        }
    }
}
