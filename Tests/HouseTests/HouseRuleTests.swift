import Testing

/// Each rule with a list of exceptions, tried on code that breaks it.
@Suite("House rules on made-up code")
struct HouseRuleTests {
    private func file(_ text: String, path: String = "Sources/A/B/C.swift") -> House.File {
        House.File(
            path: path,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    @Test("Types are seen with what hides them and what they are in")
    func types() {
        let found = file(
            """
            public final class A {
                struct Inner {}
            }
            private enum B { case struct1 }
            /// struct C
            @available(*, deprecated) indirect enum D {
            }
            let text = "struct E {"
            extension A {}
            public class func f() {}
            """
        ).types
        #expect(found.map(\.name) == ["A", "Inner", "B", "D"])
        #expect(found.filter(\.isShared).map(\.name) == ["A", "Inner", "D"])
        #expect(found.filter(\.isTopLevel).map(\.name) == ["A", "B", "D"])
    }

    @Test("Functions are as long as they are, with their types before their names")
    func functions() {
        let body = String(repeating: "        work()\n", count: 68)
        let found = file(
            """
            protocol P {
                func none()
                init(a: Int)
            }
            extension A {
                /// Long.
                @discardableResult
                public static func long(
                    _ a: Int
                ) -> Int {
            \(body)    }

                init?(b: Int) { return nil }
                deinit {
                    if x { y() } else {
                        z()
                    }
                }
                var a: Int { 1 }
                static func == (a: A, b: A) -> Bool {
                    true
                }
            }
            func free() {
            }
            """
        ).functions
        #expect(
            found == [
                .init(name: "A.long", lines: 72), .init(name: "A.init", lines: 1),
                .init(name: "A.deinit", lines: 5), .init(name: "A.==", lines: 3),
                .init(name: "free", lines: 2),
            ])
    }

    @Test("A circle of folders is found by the types they use, and nothing else")
    func circles() {
        let there = (folder: "X", file: file("struct A {\n    let b: [B]\n}"))
        let back = (folder: "Y", file: file("struct B {\n    init() { A.make() }\n}"))
        #expect(Folders([there, back]).circles == [["X", "Y"]])
        // A member, a comment, a text and a type of the file's own are no use of the other's type.
        for words in ["let a = own.A()", "// A", "let a = \"A\"", "struct A {}"] {
            let other = (folder: "Y", file: file("struct B {\n    \(words)\n}"))
            #expect(Folders([there, other]).circles == [], "\(words)")
            #expect(Folders([there, other]).arrows == ["X": ["Y"]])
        }
        let far = (folder: "Z", file: file("struct C {\n    let a: A\n}"))
        let on = (folder: "Y", file: file("struct B {\n    let c: C\n}"))
        #expect(Folders([there, on, far]).circles == [["X", "Y", "Z"]])
    }

    @Test("What a page claims of the code is told from what it says besides")
    func claims() {
        let text =
            "`A1b` and `Limiter.advance(_:)`\n```\n`Not`\n```\n`hone demo`, `Control/X.swift`"
        #expect(
            Pages.quoted(text) == ["A1b", "Limiter.advance(_:)", "hone demo", "Control/X.swift"])
        #expect(Pages.claim("A1b") == .name("A1b", member: nil))
        #expect(Pages.claim("Limiter.advance(_:)") == .name("Limiter", member: "advance"))
        #expect(Pages.claim("Control/X.swift") == .path("Control/X.swift"))
        #expect(Pages.claim("WireFormat.md") == .path("WireFormat.md"))
        for other in ["SIGKILL", "hone demo", "x.swift", "42", "Any thing", "N", "POLICY_HZ=20"] {
            #expect(Pages.claim(other) == nil, "\(other)")
        }
    }

    @Test("A breach that is not listed is told, and a listed one that is no more too")
    func ratchet() {
        let list = Exceptions("# why\n\nfunction: A.swift b\nfunction: C.swift d\ntypes: E.swift\n")
        #expect(list.complaints("function", ["A.swift b", "C.swift d", "C.swift d"]) == [])
        #expect(list.complaints("function", ["A.swift b", "New.swift f"]).count == 2)
        #expect(list.complaints("circle", ["A B"]) == ["circle: A B"])
        #expect(list.complaints("types", [String]()).count == 1)
    }

    @Test("Suites that the scripts name are there")
    func suites() throws {
        let known = Set(
            try House.swiftFiles(in: "Tests").flatMap { $0.types.map(\.name) }
                + House.children(of: "Tests"))
        let script = try House.text(of: "launch/test")
        let lines = script.split(separator: "\n").filter { line in
            ["numeric", "threads", "addresses"].contains {
                line.hasPrefix($0 + "=") || line.hasPrefix($0 + "+=")
            }
        }
        #expect(lines.count >= 4)
        for line in lines {
            let names = line.drop { $0 != "'" }.dropFirst().prefix { $0 != "'" }
            for name in names.split(separator: "|") {
                #expect(known.contains(String(name)), "launch/test runs \(name), which is no suite")
            }
        }
    }
}
