import Foundation
import Testing

/// Rules that the house did not always keep: what breaks them is listed, and that list may only shrink.
@Suite("House, with a list of exceptions")
struct RatchetTests {
    static let functionLines = 70
    static let moduleShare = 0.15
    /// Written by a program, from `Schemas/`.
    private static let generated = "/Generated/"

    private static func modules() throws -> [String] { try House.children(of: "Sources") }

    private static func base(_ file: House.File) -> String {
        String(file.path.split(separator: "/").last ?? "")
    }

    @Test("No function is longer than 70 lines")
    func functions() throws {
        var long: [String] = []
        for root in ["Sources", "Tests"] {
            for file in try House.swiftFiles(in: root) {
                for function in file.functions where function.lines > Self.functionLines {
                    long.append("\(Self.base(file)) \(function.name)")
                }
            }
        }
        let complaints = try Exceptions.read().complaints("function", long)
        #expect(complaints == [])
    }

    @Test("A file holds one type that others see")
    func types() throws {
        var crowded: [String] = []
        for file in try House.swiftFiles(in: "Sources")
        where !file.path.contains(Self.generated)
            && file.types.count(where: { $0.isShared && $0.isTopLevel }) > 1
        {
            crowded.append(Self.base(file))
        }
        let complaints = try Exceptions.read().complaints("types", crowded)
        #expect(complaints == [])
    }

    @Test("The folders of a module use each other's types in no circle")
    func folders() throws {
        var circles: [String] = []
        for module in try Self.modules() {
            let files = try House.swiftFiles(in: "Sources/\(module)")
            let placed = files.map { file in
                // Sources/Module/Folder/…; what lies in the module itself is its own folder.
                let parts = file.path.split(separator: "/")
                return (folder: parts.count > 3 ? String(parts[2]) : module, file: file)
            }
            for circle in Folders(placed).circles {
                circles.append("\(module) \(circle.joined(separator: " "))")
            }
        }
        let complaints = try Exceptions.read().complaints("circle", circles)
        #expect(complaints == [])
    }

    @Test("No module has more than 15 % of the Swift lines")
    func shares() throws {
        var lines: [String: Int] = [:]
        for module in try Self.modules() {
            for file in try House.swiftFiles(in: "Sources/\(module)")
            where !file.path.contains(Self.generated) {
                lines[module, default: 0] += file.lines.count
            }
        }
        let all = Double(lines.values.reduce(0, +))
        let large = lines.filter { Double($0.value) > Self.moduleShare * all }.map(\.key)
        let complaints = try Exceptions.read().complaints("share", large)
        #expect(complaints == [])
    }

    @Test("What the manifest and the table let a target import, it imports")
    func unused() throws {
        let manifest = try House.text(of: "Package.swift")
        var unused: [String] = []
        let targets =
            try Self.modules().map { ("Sources", $0) }
            + House.children(of: "Tests").map { ("Tests", $0) }
        for (root, target) in targets {
            let files = try House.swiftFiles(in: "\(root)/\(target)")
            if files.isEmpty { continue }
            let imported = Set(
                files.flatMap { file in
                    file.imports.map { $0.name == "hone_bench" ? "hone-bench" : $0.name }
                })
            let declared = House.dependencies(of: target, in: manifest)
            // A test target needs the programs that it runs, and imports none of them.
            let programs: Set<String> = root == "Tests" ? ["hone", "hone-bench"] : []
            for name in declared.subtracting(imported).subtracting(programs) {
                unused.append("Package.swift \(target) \(name)")
            }
            for name in (Law.imports[target] ?? []).subtracting(imported) {
                unused.append("HouseTests \(target) \(name)")
            }
            let own = Set(try Self.modules())
            for name in imported.intersection(own).subtracting(declared) {
                unused.append("undeclared \(target) \(name)")
            }
        }
        let complaints = try Exceptions.read().complaints("unused", unused)
        #expect(complaints == [])
    }

    @Test("Types, members and files that the pages name exist")
    func pages() throws {
        let files = try House.swiftFiles(in: "Sources")
        let types = Set(files.flatMap { $0.types.map(\.name) })
            .union(try Self.modules()).union(try House.children(of: "Tests"))
        let words = Set(
            files.flatMap(\.lines).flatMap { line in
                line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            })
        var ghosts: [String] = []
        let readme = House.File(path: "README.md", lines: [try House.text(of: "README.md")])
        let others = try ["Sources", "launch", "Tests"].flatMap {
            try House.files(in: $0, endings: [".md"])
        }
        // The page of keys is the decoders' own, held by a test beside them.
        for page in [readme] + others where Self.base(page) != "KEYS.md" {
            for word in Pages.quoted(page.lines.joined(separator: "\n")) {
                let isThere: Bool
                switch Pages.claim(word) {
                case nil: isThere = true
                case .path(let path):
                    let own = page.path.split(separator: "/").dropLast().joined(separator: "/")
                    isThere = [path, "Sources/\(path)", "\(own)/\(path)"].contains(
                        where: House.exists)
                case .name(let name, let member):
                    isThere = types.contains(name) && member.map(words.contains) ?? true
                }
                if !isThere { ghosts.append("\(Self.base(page)) \(word)") }
            }
        }
        let complaints = try Exceptions.read().complaints("ghost", ghosts)
        #expect(complaints == [])
    }
}
