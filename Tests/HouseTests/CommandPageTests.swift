import Foundation
import Testing

/// Holds the commands that pages tell a newcomer to type: they exist, and so do their options.
@Suite("Commands on pages")
struct CommandPageTests {
    /// Where a person reads commands.
    private static let pages = ["README.md", "launch/GUIDE.md", "launch/MEASUREMENTS.md"]
    private static let roots = ["Sources/hone"]

    /// `BridgeTest` as a person types it: `bridge-test`.
    static func typed(_ name: some StringProtocol) -> String {
        var typed = ""
        for character in name {
            if character.isUppercase, !typed.isEmpty { typed += "-" }
            typed += character.lowercased()
        }
        return typed
    }

    /// Commands and options of the programs, as a person types them.
    private static func offered() throws -> (commands: Set<String>, options: Set<String>) {
        var commands: Set<String> = []
        var options: Set<String> = ["help", "version"]
        for root in roots {
            for file in try House.swiftFiles(in: root) {
                for line in file.lines {
                    if let match = line.firstMatch(of: /struct (\w+): (?:Parsable|Async)/) {
                        commands.insert(typed(match.1))
                    }
                    if let match = line.firstMatch(of: /commandName: "([^"]+)"/) {
                        commands.insert(String(match.1))
                    }
                    for match in line.matches(of: /customLong\("([^"]+)"/) {
                        options.insert(String(match.1))
                    }
                    if let match = line.firstMatch(of: /^ {4}(?:@\w+.*)?\bvar (\w+)/) {
                        options.formUnion([typed(match.1), "no-" + typed(match.1)])
                    }
                }
            }
        }
        return (commands, options)
    }

    @Test("Every command and option that a page names is one of the programs'", arguments: pages)
    func commands(page: String) throws {
        let offered = try Self.offered()
        var wrong: [String] = []
        var count = 0
        for line in try House.text(of: page).components(separatedBy: "\n") {
            for match in line.matches(of: /\bhone ([a-z][a-z|\\-]*)([^`|]*)/) {
                // Alternatives: list|show, with the bar of a table escaped.
                let names = match.1.split(whereSeparator: { "|\\".contains($0) })
                let isCommand = line.contains("`" + match.0.prefix(4)) || line.hasPrefix(".build")
                guard isCommand else { continue }
                count += 1
                for name in names where !offered.commands.contains(String(name)) {
                    wrong.append("hone \(name)")
                }
                for option in match.2.matches(of: /--([a-z][a-z-]*)/)
                where !offered.options.contains(String(option.1)) {
                    wrong.append("hone \(match.1) --\(option.1)")
                }
            }
        }
        #expect(wrong == [])
        #expect(count > 3, "a search that finds nothing holds nothing")
    }

    @Test("README is a newcomer's page: at most 150 lines")
    func length() throws {
        let lines = try House.text(of: "README.md").components(separatedBy: "\n")
        #expect(lines.count <= 151)
        #expect(lines.filter { $0.count > 170 } == [])
    }

    @Test("Names are typed with hyphens")
    func names() {
        #expect(Self.typed("BridgeTest") == "bridge-test" && Self.typed("Run") == "run")
    }
}
