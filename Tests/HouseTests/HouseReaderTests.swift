import Testing

/// The house test is only worth something if it sees: each reader is tried on what it must find.
@Suite("House reader")
struct HouseReaderTests {
    @Test(
        "Imports are seen in every spelling",
        arguments: [
            ("import Foundation", "Foundation"), ("@testable import Control", "Control"),
            ("public import Embodiment", "Embodiment"), ("internal import CYAML", "CYAML"),
            ("@preconcurrency import Glibc", "Glibc"),
            ("import struct Foundation.Data", "Foundation"), ("    import CZeroMQ", "CZeroMQ"),
            ("import func Glibc.sin", "Glibc"),
        ])
    func imports(line: String, module: String) {
        #expect(House.File(path: "", lines: [line]).imports.map(\.name) == [module])
    }

    @Test("Comments and texts are not code")
    func strip() {
        let lines = [
            "let a = 1 // print(1)", "let b = \"print(2)\"", "/// try! it", "let c = \"\"\"",
            "  print(3)", "  \"\"\"", "print(4)", "let d = \"\\\"print(5)\"",
        ]
        let found = House.strip(lines).map { House.calls("print(", in: $0) }
        #expect(found == [false, false, false, false, false, false, true, false])
        #expect(House.File(path: "", lines: ["// import Foundation"]).imports.isEmpty)
    }

    @Test("A ban is a word, not the end of another")
    func calls() {
        #expect(House.calls("print(", in: "  print(x)"))
        #expect(House.calls("print(", in: "Swift.print(x)") == false)
        #expect(!House.calls("print(", in: "fingerprint(x)"))
        #expect(House.calls("print(", in: "fingerprint(print(x))"))
        #expect(House.calls("try!", in: "let a = try! b()"))
        #expect(House.calls(".random(in", in: "Int.random(in: 0...1)"))
        #expect(House.isWord("AB", in: "x AB: y") && !House.isWord("AB", in: "CAB"))
    }

    @Test("Public types are seen")
    func types() {
        #expect(House.declaresPublicType("public struct A {"))
        #expect(House.declaresPublicType("public final class A {"))
        #expect(!House.declaresPublicType("    public static func enumerate() {"))
        #expect(!House.declaresPublicType("struct A { public var b = 1 }"))
    }

    @Test("Dependencies are read from the manifest")
    func manifest() {
        let text = """
            .executable(name: "hone", targets: ["hone"]),
            .target(name: "A", dependencies: ["B", "CC"], swiftSettings: x),
            .target(
                name: "B",
                dependencies: [
                    "D", parser,
                ]),
            .testTarget(name: "BTests", dependencies: ["B"]),
            """
        #expect(House.dependencies(of: "A", in: text) == ["B", "CC"])
        #expect(House.dependencies(of: "B", in: text) == ["D"])
        #expect(House.dependencies(of: "none", in: text) == [])
    }
}
