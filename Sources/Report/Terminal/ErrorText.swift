/// An error as a sentence to a person at the robot: what was tried, what was found, what to do.
public struct ErrorText: Sendable, Equatable, CustomStringConvertible {
    /// What could not be done, such as `cannot reach the bridge at ipc:///tmp/robot`.
    public var attempted: String
    /// What was found instead.
    public var found: String
    /// What the person can do about it.
    public var remedy: String

    /// The three parts of an error; an empty one is left out.
    public init(attempted: String, found: String, remedy: String) {
        self.attempted = attempted
        self.found = found
        self.remedy = remedy
    }

    /// In one line: `attempted: found; remedy`.
    public var description: String {
        let head = [attempted, found].filter { !$0.isEmpty }.joined(separator: ": ")
        return remedy.isEmpty ? head : "\(head); \(remedy)"
    }

    /// Over several lines, for a terminal; ends without a newline.
    public func rendered(on terminal: Terminal) -> String {
        var lines = [terminal.red("error:") + " " + Self.indented(terminal.bold(attempted), 7)]
        if !found.isEmpty {
            lines.append("  " + terminal.dim("found:") + " " + Self.indented(found, 9))
        }
        if !remedy.isEmpty {
            lines.append("  " + terminal.dim("to do:") + " " + Self.indented(remedy, 9))
        }
        return lines.joined(separator: "\n")
    }

    /// Any error as it is shown on a terminal; ends without a newline.
    ///
    /// A text that already begins like `path:line:column: error:` stays as it is.
    public static func rendered(_ error: any Error, on terminal: Terminal) -> String {
        if let error = error as? any HasErrorText { return error.errorText.rendered(on: terminal) }
        let text = String(describing: error)
        let first = text.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
        if first.contains(": error:") { return text }
        return terminal.red("error:") + " " + indented(text, 7)
    }

    /// Lines after the first are moved to the right, under the first.
    private static func indented(_ text: String, _ columns: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\n" + String(repeating: " ", count: columns))
    }
}
