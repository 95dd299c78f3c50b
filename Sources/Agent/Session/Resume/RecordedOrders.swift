import Configuration
import Glibc
import Platform
import Report

/// What a session was begun with beside the files of its project that starts a program, or says which robot moves.
///
/// A session directory is data, and may be somebody else's. What stands in it is done again only where a person has
/// said so, word for word.
struct RecordedOrders: Equatable {
    /// As `--allow` takes them: `bridge.command=[…]`, `launch=PATH`.
    let words: [String]

    /// First words of keys that are not done unasked: whom to start or connect to, and whose limits hold.
    private static let keys: Set<Substring> = ["bridge", "robot", "calibration"]
    /// Longer words are not asked about: a person must see the whole of what they confirm.
    private static let longestQuestion = 500

    /// Of a launch that a person has asked for now.
    init(of launch: Launch) {
        self.init(launch.overrides, launchFile: launch.sources.first?.path ?? "")
    }

    /// Of the record of a session.
    init(of record: SessionRecord) {
        self.init(record.overrides, launchFile: record.launchPath)
    }

    private init(_ overrides: [String], launchFile: String) {
        let risky = overrides.filter { override in
            let key = override.prefix { $0 != "=" }
            // Without the simulator, or with one, it is another robot; what that one is like may change.
            return key == "simulation" || Self.keys.contains(key.prefix { $0 != "." })
        }
        words = risky + (Self.isOfProject(launchFile) ? [] : ["launch=\(launchFile)"])
    }

    /// Whether a path, as a record has it, is that of a file in the project's own `launch/`.
    private static func isOfProject(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            .drop { $0 == "." }
        return parts.count > 1 && parts.first == "launch" && !parts.contains("..")
    }

    /// Returns once a person has allowed each of them: on the command line, or now as the answer to a question.
    ///
    /// - Throws: `ResumeError.notAllowed` where nobody has, and `declined`.
    func confirm(_ asked: ResumeRequest) throws(ResumeError) {
        let open = words.filter { !asked.allowed.contains($0) }
        guard !open.isEmpty else { return }
        let isSeen = open.allSatisfy { $0.unicodeScalars.count <= Self.longestQuestion }
        guard isatty(0) == 1, isatty(2) == 1, !asked.json, isSeen else {
            throw .notAllowed(asked.directory, open)
        }
        Terminal.writeToStandardError(
            "The session in \(asked.directory.printable) was begun with settings that start a program or choose the "
                + "robot:\n"
                + open.map { "  \($0.printable)\n" }.joined()
                + "Go on with them? [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else { throw .declined(asked.directory) }
    }

    /// Words for a command line that allows some of them.
    static func arguments(_ words: [String]) -> [String] { words.flatMap { ["--allow", $0] } }
}
