import Foundation

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

    /// Writes all of a text to standard error; a closed stream is ignored.
    public static func writeToStandardError(_ text: String) {
        writeAll(text, to: 2)
    }

    /// Writes all of a text to standard output; a closed stream is ignored.
    public static func writeToStandardOutput(_ text: String) {
        writeAll(text, to: 1)
    }

    private static func writeAll(_ text: String, to descriptor: Int32) {
        var remaining = ArraySlice(Array(text.utf8))
        while !remaining.isEmpty {
            let written = remaining.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            remaining = remaining.dropFirst(written)
        }
    }
}
