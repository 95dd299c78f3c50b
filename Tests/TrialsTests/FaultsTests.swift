import Bridge
import Embodiment
import Foundation
import Glibc
import Platform
import Testing

@testable import Report
@testable import TestSupport
@testable import Trials

@Suite("The fault catalogue as a program", .byTheWallClock)
struct FaultsTests {
    @Test("Every row has its own number, and says what must happen")
    func catalogue() {
        let rows = FaultCatalogue.all
        #expect(Set(rows.map(\.id)).count == rows.count)
        for row in rows {
            for words in [row.fault, row.injection, row.robot, row.operatorSees] {
                #expect(!words.isEmpty, "\(row.id)")
            }
            #expect((1...69).contains(Int(row.id.prefix { $0.isNumber }) ?? 0), "\(row.id)")
        }
    }

    @Test("The page of the faults says of every row what the program expects of it")
    func page() throws {
        let page = try String(
            contentsOfFile: HoneProgram.root + "/" + "Sources/Control/Faults.md", encoding: .utf8)
        var written: [String: [String]] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard cells.count == 4, cells[0].first?.isNumber == true else { continue }
            written[cells[0]] = Array(cells[1...])
        }
        // The page has those, too, that other tests hold because no program can make them happen.
        for row in FaultCatalogue.all {
            #expect(written[row.id] == [row.fault, row.robot, row.operatorSees], "\(row.id)")
        }
    }

    private func evidence(
        _ fault: LiveFault, _ inject: (LiveSession) throws -> Void
    ) throws -> FaultEvidence {
        let lab = try FaultLab(seed: 0, program: HoneProgram.path)
        return try fault.run(in: lab, inject: inject)
    }

    @Test("A session whose agent is killed is not called one that goes on")
    func wrongExpectation() throws {
        let found = try evidence(
            LiveFault(robot: .goesOn, agent: .goesOn, words: [["all is well"]], watch: .seconds(1))
        ) { $0.signal($0.agent, SIGKILL) }
        for words in ["does not move any more", "ended with 137", "all is well"] {
            #expect(found.problems.contains { $0.contains(words) }, "\(found)")
        }
        #expect(!found.lost.contains("no log"), "\(found)")
    }

    @Test("A session that nothing happens to goes on, and is not called braked")
    func honest() throws {
        // A busy machine may make the robot brake for a moment; it has no fault of its own.
        var fault = LiveFault(
            robot: .brakes(within: .seconds(5), as: [.fault]), agent: .goesOn, watch: .seconds(1))
        fault.rest = .zero
        let found = try evidence(fault) { _ in }
        #expect(found.problems.contains { $0.contains("no such stop") }, "\(found)")
        #expect(found.problems.contains { $0.contains("it moved") }, "\(found)")
        #expect(!found.problems.contains { $0.contains("agent") }, "\(found)")
        #expect(found.operatorSaw.contains("the session continues"), "\(found)")
    }

    @Test("As a program: rows by number, a page, one JSON object, and an unknown row")
    func program() throws {
        let scratch = try Scratch()
        let list = try HoneProgram.run(["faults", "--list"])
        #expect(list.code == 0)
        #expect(list.output.split(separator: "\n").count == FaultCatalogue.all.count)
        let page = scratch.path("faults.md")
        let some = try HoneProgram.run(["faults", "--only", "28", "--json", "--page", page])
        #expect(some.code == 0, "\(some.output)\(some.errors)")
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(some.output.utf8))
        guard case .object(let members) = json, case .array(let rows)? = members["rows"] else {
            Issue.record("\(some.output)")
            return
        }
        #expect(rows.count == 1 && members["ok"] == .bool(true))
        let text = try scratch.text("faults.md")
        #expect(text.contains("| 28 | the bridge is another robot"), "\(text)")
        let unknown = try HoneProgram.run(["faults", "--only", "700"])
        #expect(unknown.code == 64, "\(unknown.errors)")
    }

    @Test("A simulated robot's faults are named, and unknown ones refused")
    func faultNames() throws {
        for fault in ["dance=3", "die", "die=x"] {
            let outcome = try HoneProgram.run(
                ["sim", "--endpoint", "ipc:///tmp/hone-never", "--fault", fault])
            #expect(outcome.code == 64 && outcome.errors.contains(fault), "\(outcome.errors)")
        }
    }
}
