import Testing

@testable import Platform

@Suite("A program's last words")
struct LastWordsTests {
    @Test(
        "The line that says why is found",
        arguments: [
            ("bridge: no task 'drawer-opne-v3'\n", "bridge: no task 'drawer-opne-v3'"),
            ("one\ntwo\n\n  \n", "two"),
            ("no line end", "no line end"),
            ("", nil), (" \n\n", nil),
            (
                "up\nTraceback (most recent call last):\n  File \"a.py\", line 1\n    boom()\n"
                    + "RuntimeError: physics\nbecame unstable\n", "RuntimeError: physics"
            ),
            ("\u{1B}[31mred\u{7}\n", "\\u001b[31mred\\u0007"),
        ])
    func line(text: String, line: String?) { #expect(LastWords.line(in: text) == line) }

    @Test("A missing module comes with what to do, and what never ends is cut")
    func special() {
        let missing = LastWords.line(
            in:
                "Traceback (most recent call last):\n  File \"x\"\nModuleNotFoundError: No module named 'zmq'\n"
        )
        #expect(missing?.hasPrefix("ModuleNotFoundError: No module named 'zmq'; install") == true)
        let long = LastWords.line(in: String(repeating: "é", count: 100_000))
        #expect((long?.count ?? 0) < 500)
    }

    @Test("Of a file its end is read, and no file says nothing")
    func file() throws {
        try withDirectory { directory in
            let path = "\(directory)/out.txt"
            #expect(LastWords(of: path).line == nil)
            let noise = [UInt8](repeating: 0xFF, count: 300_000)
            try Files.replace(path, with: noise + Array("\nthe end\n".utf8))
            #expect(LastWords(of: path).line == "the end")
            #expect(LastWords(of: "/dev/null").line == nil)
        }
    }
}
