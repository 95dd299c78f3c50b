import Testing

@testable import Configuration

@Suite("Several overrides")
struct OverrideTests {
    @Test("Of several overrides the one is blamed that is wrong")
    func blamed() throws {
        let scratch = try ScratchProject()
        for (override, key) in [("critic.q_min=-10", "q_min"), ("critic.discount=0.999", "q_min")] {
            let complaint = scratch.complaint("demo", ["critic.hidden=16", override])
            #expect(complaint.hasPrefix("--set \(override): error: \(key)"), "\(complaint)")
        }
    }
}
