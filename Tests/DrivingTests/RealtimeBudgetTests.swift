import Foundation
import Platform
import Testing

@testable import Driving
@testable import TestSupport

@Suite("The kernel's budget of real-time priority")
struct RealtimeBudgetTests {
    private func read(_ runtime: String, _ period: String) throws -> RealtimeBudget? {
        let scratch = try Scratch()
        for (name, text) in [("runtime", runtime), ("period", period)] {
            try text.write(
                toFile: scratch.path("sched_rt_\(name)_us"), atomically: true, encoding: .utf8)
        }
        return RealtimeBudget.read(folder: scratch.folder)
    }

    @Test("It is read, and said what it means")
    func text() throws {
        let usual = try #require(try read("950000\n", "1000000\n"))
        #expect(usual.text.hasPrefix("950 ms of every 1.00 s; "), "\(usual.text)")
        #expect(
            usual.text.contains("are stopped for 50.0 ms, the tick among them"), "\(usual.text)")
        #expect(usual.advice == nil)
        let none = try #require(try read("0", "1000000"))
        #expect(none.text.hasPrefix("none: ") && none.advice?.contains("=950000") == true)
        let unlimited = try #require(try read("-1", "1000000"))
        #expect(unlimited.text.hasPrefix("no limit: ") && unlimited.advice == nil)
        #expect(try read("much", "1000000") == nil && read("1", "0") == nil)
        #expect(RealtimeBudget.read(folder: "/none") == nil)
    }
}
