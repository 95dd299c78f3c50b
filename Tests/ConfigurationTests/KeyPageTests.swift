import Foundation
import Testing

@testable import Configuration

/// Holds the page of keys to the decoders, and the decoders to the page.
@Suite("Page of keys")
struct KeyPageTests {
    @Test("launch/KEYS.md is what hone check --keys prints")
    func page() throws {
        let path = project.root + "/" + "launch/KEYS.md"
        let written = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let printed = KeyPage.text()
        let differing = zip(
            written.split(separator: "\n"), printed.split(separator: "\n")
        ).first { $0 != $1 }
        #expect(
            written == printed,
            "hone check --keys >launch/KEYS.md brings it up to date: \(String(describing: differing))"
        )
    }

    /// The rows of a block of the page, by key.
    private func rows(of heading: String) throws -> [String: [String]] {
        let text = KeyPage.text()
        let start = try #require(text.range(of: heading + "\n"))
        let section = text[start.upperBound...].split(separator: "\n#").first ?? ""
        var rows: [String: [String]] = [:]
        for line in section.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            rows[cells[0]] = cells
        }
        return rows
    }

    @Test("Every key of every file that Hone comes with has its row")
    func shipped() throws {
        let text = KeyPage.text()
        var missing: Set<String> = []
        var count = 0
        for folder in Reading.Folder.allCases {
            let section = try #require(text.range(of: "\n## \(folder.rawValue)/"))
            let page = text[section.upperBound...]
            for name in project.names(in: folder.rawValue) {
                let reading = Reading(project: project)
                let found = try #require(reading.find(name, in: folder, mark: nil))
                let root = try #require(reading.parse(found))
                visit(root, folder == .calibration) { key in
                    count += 1
                    if !page.contains("`\(key)`") { missing.insert(key) }
                }
            }
        }
        #expect(missing == [])
        #expect(count > 300, "a search that finds nothing holds nothing")
    }

    private func visit(_ node: YAMLNode, _ isShallow: Bool, _ each: (String) -> Void) {
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                each(entry.key)
                if !isShallow { visit(entry.value, false, each) }
            }
        case .sequence(let items): for item in items { visit(item, isShallow, each) }
        default: break
        }
    }

    @Test("Rows have kind, range, unit, default and whether they are required")
    func rows() throws {
        let session = try rows(of: "### `session`")
        #expect(
            session["`robot_minutes`"]?[2] == "min"
                && session["`robot_minutes`"]?[3] == "*required*")
        #expect(
            session["`workers`"]?[1] == "whole number: 1 to 64" && session["`workers`"]?[3] == "1")
        let axes = try rows(of: "### `axes[]`")
        let speed = try #require(axes["`velocity_m_s` `velocity_rad_s` `velocity_per_s`"])
        #expect(speed[1] == "number: more than 0" && speed[2] == "m/s, rad/s, 1/s")
        let critic = try rows(of: "### `critic`")
        #expect(critic["`critic_ensemble_size`"]?[3] == "4, 10 (paper)")
    }

    @Test("Every row says what its key is, and no two of a block say the same")
    func sentences() {
        var seen: [String: Int] = [:]
        var block = ""
        for line in KeyPage.text().split(separator: "\n") {
            if line.hasPrefix("#") { block = String(line) }
            guard line.hasPrefix("| `") else { continue }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
            #expect(cells.count == 7, "\(line)")
            let about = cells[5].trimmingCharacters(in: .whitespaces)
            #expect(about.count > 4, "\(line)")
            seen[block + about, default: 0] += 1
        }
        #expect(seen.count > 120 && seen.allSatisfy { $0.value == 1 })
    }

    @Test("A key that nobody knows leads to the page; one that is nearly right to the right one")
    func unknownKeys() {
        let errors = brief(mistakes(inRobot: "bananas: 1\nsumary: one line\n"))
        #expect(errors.contains { $0.contains("\"bananas\"") && $0.contains("hone check --keys") })
        #expect(
            errors.contains { $0.hasSuffix("unknown key \"sumary\"; did you mean \"summary\"?") })
    }
}
