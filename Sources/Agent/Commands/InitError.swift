import Platform

/// Why `hone init` wrote nothing more.
enum InitError: Error, HasExitCode, CustomStringConvertible {
    /// The launch file is there.
    case there(path: String)
    /// A name of the bridge's that no file may have.
    case name(what: String, name: String)
    /// The robot's file that is there is not of this robot.
    case differs(path: String, lines: [String])

    var description: String {
        switch self {
        case .there(let path):
            "\(path) is there and stays as it is; give the new one another name with --launch"
        case .name(let what, let name):
            "the bridge calls its \(what) '\(name.printable)', which no file in robots/ or calibration/ can be called: names are of "
                + "letters, digits, ., _ and -; change it at the bridge"
        case .differs(let path, let lines):
            "\(path) is there and stays as it is, and is not what the bridge describes:\n"
                + lines.map { "  \($0)" }.joined(separator: "\n")
                + "\nchange the one or the other, or name the model otherwise at the bridge"
        }
    }

    /// What cannot be made, or data.
    var exitCode: Int32 { if case .there = self { 73 } else { 65 } }
}
