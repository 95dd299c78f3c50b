import Foundation
import Platform

/// What may be written to a stream: colours only on a terminal that wants them.
///
/// `NO_COLOR` (https://no-color.org) and `TERM=dumb` are respected. A pure value; any thread.
public struct Terminal: Sendable, Equatable {
    /// A person watches: lines may be overwritten.
    public var isInteractive: Bool
    /// Colours and bold type may be used.
    public var hasColour: Bool
    /// Characters beyond ASCII may be drawn.
    public var hasUnicode: Bool
    /// Columns.
    public var width: Int

    /// A terminal with the given abilities; a plain stream by default.
    public init(
        isInteractive: Bool = false, hasColour: Bool = false, hasUnicode: Bool = false,
        width: Int = 80
    ) {
        self.isInteractive = isInteractive
        self.hasColour = hasColour
        self.hasUnicode = hasUnicode
        self.width = width
    }

    /// What standard error is now.
    public static func standardError() -> Terminal { of(descriptor: 2) }

    /// What standard output is now.
    public static func standardOutput() -> Terminal { of(descriptor: 1) }

    private static func of(descriptor: Int32) -> Terminal {
        var size = winsize()
        let answered = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        return Terminal(
            isTerminal: isatty(descriptor) == 1,
            columns: answered ? Int(size.ws_col) : 0,
            environment: ProcessInfo.processInfo.environment)
    }

    /// Decides from what the system and the environment say.
    public init(isTerminal: Bool, columns: Int, environment: [String: String]) {
        let kind = environment["TERM"] ?? ""
        isInteractive = isTerminal && kind != "dumb" && !kind.isEmpty
        hasColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
        let locale =
            ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
            .first { !$0.isEmpty } ?? ""
        let encoding = locale.lowercased()
        hasUnicode = encoding.hasSuffix("utf-8") || encoding.hasSuffix("utf8")
        width = columns >= 20 ? columns : 80
    }

    /// In bold type.
    public func bold(_ text: String) -> String { styled(text, "1") }
    /// Less prominent.
    public func dim(_ text: String) -> String { styled(text, "2") }
    /// For what failed.
    public func red(_ text: String) -> String { styled(text, "31") }
    /// For what went well.
    public func green(_ text: String) -> String { styled(text, "32") }
    /// For what deserves a look.
    public func yellow(_ text: String) -> String { styled(text, "33") }
    /// For what is under way.
    public func cyan(_ text: String) -> String { styled(text, "36") }

    private func styled(_ text: String, _ code: String) -> String {
        hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// Writes all of a text to standard error.
    ///
    /// What a name in it would do to a terminal it does not do: only the styles above are left as they are.
    public static func writeToStandardError(_ text: String) {
        StandardStream.errors.write(harmless(text))
    }

    /// Writes all of a text to standard output, likewise; what it does not take is `StandardStream.failure`.
    public static func writeToStandardOutput(_ text: String) {
        StandardStream.output.write(harmless(text))
    }

    /// Goes back to the beginning of a line, and empties it.
    static let eraseLine = "\r\u{1B}[K"
    /// All that Hone itself tells a terminal.
    private static let ownSequences =
        [eraseLine] + ["0", "1", "2", "31", "32", "33", "36"].map { "\u{1B}[\($0)m" }

    /// A text in which every control character but line ends, tabulators and Hone's own styles is shown.
    static func harmless(_ text: String) -> String {
        let escape: Unicode.Scalar = "\u{1B}"
        guard text.unicodeScalars.contains(escape) || text.unicodeScalars.contains("\r") else {
            return text.printableLines
        }
        var result = ""
        var rest = text[...]
        while let at = rest.unicodeScalars.firstIndex(where: { $0 == escape || $0 == "\r" }) {
            result += String(rest[..<at]).printableLines
            let tail = rest.unicodeScalars[at...]
            if let own = ownSequences.first(where: { tail.starts(with: $0.unicodeScalars) }) {
                result += own
                rest = rest[rest.unicodeScalars.index(at, offsetBy: own.unicodeScalars.count)...]
            } else {
                result += String(rest.unicodeScalars[at]).printable
                rest = rest[rest.unicodeScalars.index(after: at)...]
            }
        }
        return result + String(rest).printableLines
    }
}
