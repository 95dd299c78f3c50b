import Foundation

/// Collects the mistakes of one reading over all its texts; one reading, one thread.
final class Diagnostics {
    /// Takes down which keys are asked for; nil while a document is read.
    let survey: KeySurvey?
    /// The texts, in the order they were taken up; `Mark.source` counts in them.
    private(set) var sources: [ConfigurationSource] = []
    /// The mistakes so far, in the order they were found.
    private var found: [(mark: Mark, problem: ConfigurationError.Problem)] = []
    /// What is no mistake and a person should know all the same, a line each.
    private(set) var remarks: [String] = []
    /// Lines of each source, split on first need.
    private var lines: [[String]?] = []

    init(survey: KeySurvey? = nil) { self.survey = survey }

    /// Nothing was wrong so far.
    var isEmpty: Bool { found.isEmpty }
    /// Enough was wrong.
    var isFull: Bool { found.count >= YAMLLimits.mistakes }
    /// How much was wrong so far; to see whether a part added something.
    var count: Int { found.count }

    /// Takes up a text.
    func addSource(path: String, text: String) -> Int {
        sources.append(ConfigurationSource(path: path, text: text))
        lines.append(nil)
        return sources.count - 1
    }

    /// Records a mistake; beyond `YAMLLimits.mistakes` they are dropped.
    func add(_ problem: ConfigurationError.Problem, at mark: Mark) {
        if !isFull { found.append((mark, problem)) }
    }

    /// Records that something that was asked for changes nothing.
    func remark(_ text: String, at mark: Mark) {
        remarks.append("\(sources[mark.source].path): \(text)")
    }

    /// Whether a text is an argument of the command line.
    func isOverride(_ mark: Mark) -> Bool { sources[mark.source].path.hasPrefix("--set ") }

    /// All mistakes in the order of sources, lines and columns.
    var errors: [ConfigurationError] {
        let sorted = found.enumerated().sorted { left, right in
            let a = left.element.mark
            let b = right.element.mark
            if a.source != b.source { return a.source < b.source }
            if a.line != b.line { return a.line < b.line }
            if a.column != b.column { return a.column < b.column }
            return left.offset < right.offset
        }
        return sorted.map { _, item in
            ConfigurationError(
                problem: item.problem, path: sources[item.mark.source].path,
                line: item.mark.line, column: item.mark.column, sourceLine: line(at: item.mark))
        }
    }

    /// Throws when anything was wrong.
    func check() throws(ConfigurationErrors) {
        if !isEmpty { throw ConfigurationErrors(errors: errors) }
    }

    private func line(at mark: Mark) -> String? {
        guard mark.line > 0 else { return nil }
        let all = lines[mark.source] ?? Self.split(sources[mark.source].text)
        lines[mark.source] = all
        // A mark at the very end stands after the last line.
        return mark.line <= all.count ? all[mark.line - 1] : ""
    }

    /// Lines as libyaml counts them: CR LF, CR, LF, NEL, LS and PS end one.
    private static func split(_ text: String) -> [String] {
        var all: [String] = []
        var current = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}":
                all.append(String(current))
                current = String.UnicodeScalarView()
            default: current.append(scalar)
            }
            previous = scalar
        }
        all.append(String(current))
        return all
    }
}

extension Diagnostics {
    /// Reads a whole regular file as a source; nil when it cannot be (and says so).
    func load(path: String, shown: String) -> Int? {
        let placeholder = ConfigurationSource(path: shown, text: "")
        func fail(_ problem: ConfigurationError.Problem) -> Int? {
            let source = addSource(path: placeholder.path, text: placeholder.text)
            add(problem, at: Mark(source: source, line: 0, column: 0))
            return nil
        }
        let manager = FileManager.default
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let attributes = try? manager.attributesOfItem(atPath: resolved) else {
            return fail(.unreadable(reason: "there is no such file"))
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            return fail(.unreadable(reason: "it is not a regular file"))
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard size <= YAMLLimits.bytes else {
            return fail(
                .limit("\(size) bytes; a configuration file has at most \(YAMLLimits.bytes)"))
        }
        guard let file = FileHandle(forReadingAtPath: resolved),
            let data = try? file.read(upToCount: YAMLLimits.bytes + 1)
        else {
            return size == 0
                ? addSource(path: shown, text: "") : fail(.unreadable(reason: "permission denied"))
        }
        guard let text = String(data: data, encoding: .utf8) else {
            return fail(.syntax("it is not UTF-8 text"))
        }
        // What Git LFS leaves in the place of a file that was not fetched is a valid line of YAML.
        guard !text.hasPrefix("version https://git-lfs.github.com/spec/") else {
            return fail(
                .unreadable(
                    reason:
                        "it is a Git LFS pointer, not the file itself: run git lfs pull in its repository"
                ))
        }
        return addSource(path: shown, text: text)
    }
}
