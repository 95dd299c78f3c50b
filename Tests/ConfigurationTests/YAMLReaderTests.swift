import Testing

@testable import Configuration

@Suite("YAML reader")
struct YAMLReaderTests {
    @Test(
        "What Hone does not take is an error with its place",
        arguments: [
            ("", "1:1 the file is empty"),
            ("# only a comment\n", "1:1 the file is empty"),
            ("a: &x 1\n", "1:4 anchors (&name) are not used in Hone's files"),
            ("a: 1\nb: *a\n", "2:4 aliases (*name) are not used in Hone's files; write it out"),
            ("a: !!int 1\n", "1:4 tags (!name) are not used in Hone's files"),
            ("a: !x {b: 1}\n", "1:4 tags (!name) are not used in Hone's files"),
            (
                "a: 1\n--- \nb: 1\n",
                "2:1 a second document starts here; one file holds one document"
            ),
            (
                "a:\n  <<: {b: 1}\n",
                "2:3 merge keys (<<) are not used in Hone's files; write it out"
            ),
            ("a: 1\nb: 2\na: 3\n", "3:1 key \"a\" is here twice, first on line 1"),
            ("a: {b: 1, b: 2}\n", "1:11 key \"b\" is here twice, first on line 1"),
            ("[a, b]: 1\n", "1:1 a key must be a word, found a list"),
            ("%YAML 1.1\n---\na: 1\n", "1:1 directives (%) are not used in Hone's files"),
        ])
    func refuses(text: String, expected: String) {
        #expect(brief(mistakes(inYAML: text)) == [expected])
    }

    @Test(
        "A syntax error names its place",
        arguments: [
            ("a: [1, 2\nb: 1\n", 2), ("a: 'x\n", 2), ("a: 1\n\tb: 2\n", 2), ("a: b: c\n", 1),
            ("{a: 1}}\n", 1), ("a: \"\\q\"\n", 1), ("a: 1\n b: 2\n", 2), ("a: @x\n", 1),
            ("a: \u{7}\n", 1),
        ])
    func syntax(text: String, line: Int) {
        let errors = mistakes(inYAML: text)
        #expect(errors.count == 1)
        #expect(errors.first?.message.hasPrefix("not valid YAML: ") == true)
        #expect(errors.first?.line == line)
    }

    @Test("Several mistakes of one text are all reported")
    func all() {
        let text = "a: &x 1\nb: *x\nc: !t 2\na: 3\n"
        #expect(mistakes(inYAML: text).map(\.line) == [1, 2, 3, 4])
    }

    @Test(
        "A bomb is refused after its first few bytes",
        arguments: [
            String(repeating: "[", count: 80_000), String(repeating: "{", count: 80_000),
            String(repeating: "- ", count: 40_000), String(repeating: "? ", count: 40_000),
            String(repeating: "{a: ", count: 20_000),
            String(repeating: "[a, ", count: 20_000),
        ])
    func bomb(text: String) {
        #expect(mistakes(inYAML: text).map(\.message) == ["nested deeper than 16 levels"])
        // How far the reader looked: within the first line's first bytes, not the whole text.
        #expect(mistakes(inYAML: text).allSatisfy { $0.line == 1 && $0.column < 100 })
    }

    @Test("Depth 16 is read and 17 is not")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth - 1) + "1"
                + String(repeating: "]", count: depth - 1)
        }
        #expect(mistakes(inYAML: nested(16)).isEmpty)
        #expect(mistakes(inYAML: nested(17)).map(\.message) == ["nested deeper than 16 levels"])
    }

    @Test("Too many values, too long a text and too large a file are refused")
    func limits() {
        let many = "a: [" + String(repeating: "1,", count: 25_000) + "1]\n"
        #expect(mistakes(inYAML: many).map(\.message) == ["more than 20000 values"])
        let long = "a: " + String(repeating: "x", count: 4097) + "\n"
        #expect(mistakes(inYAML: long).map(\.message) == ["a text of 4097 bytes; at most 4096"])
        #expect(mistakes(inYAML: "a: " + String(repeating: "x", count: 4096)).isEmpty)
        let large = String(repeating: "# comment\n", count: 27_000)
        #expect(
            mistakes(inYAML: large).map(\.message)
                == ["270000 bytes; a configuration file has at most 262144"])
    }

    @Test("A hundred mistakes are enough")
    func enough() {
        let text = "a: [" + String(repeating: "*x, ", count: 500) + "1]\n"
        #expect(mistakes(inYAML: text).count == 100)
    }

    @Test("Every truncation of every shipped file ends in errors or in a tree, never elsewhere")
    func truncations() throws {
        for robot in project.robots {
            let diagnostics = Diagnostics()
            let path = "\(project.root)/robots/\(robot).yaml"
            let source = try #require(diagnostics.load(path: path, shown: robot))
            let text = Array(diagnostics.sources[source].text.unicodeScalars)
            // Without its last line a robot is not whole; a part of that line may be.
            let last = try #require(text.dropLast().lastIndex(of: "\n"))
            for end in stride(from: 0, through: last, by: 97) {
                var view = String.UnicodeScalarView()
                view.append(contentsOf: text[..<end])
                #expect(!mistakes(inRobot: String(view)).isEmpty)
            }
        }
    }

    @Test("A caret stands under the place, in long lines and after tabs too")
    func caret() {
        let error = ConfigurationError(
            problem: .inconsistent("wrong"), path: "p.yaml", line: 3, column: 6,
            sourceLine: "key: value")
        #expect(
            error.description == "p.yaml:3:6: error: wrong\n    key: value\n         ^")
        let long = String(repeating: "x", count: 200)
        let far = ConfigurationError.excerpt(of: long, around: 150)
        #expect(far.line.hasPrefix("…") && far.line.hasSuffix("…"))
        #expect(far.caret.count == 61)
        #expect(ConfigurationError.excerpt(of: "\tab", around: 3).caret == "\t ")
        #expect(ConfigurationError.excerpt(of: "", around: 9).caret == "")
    }
}
