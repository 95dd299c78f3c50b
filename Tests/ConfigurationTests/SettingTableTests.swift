import Testing

@testable import Configuration

@Suite("Settings as a table")
struct SettingTableTests {
    private let scratch: ScratchProject

    init() throws { scratch = try ScratchProject() }

    private func table(_ settings: [String]) throws -> SettingTable {
        try SettingTable(reading: "demo", in: scratch.project, overrides: settings)
    }

    @Test("Every default stands in it, and what is written goes before")
    func defaults() throws {
        let plain = try table([])
        #expect(plain.values["session.swap_every"] == "100")
        #expect(plain.values["critic.discount"] == "0.99")
        #expect(try table(["critic.discount=0.5"]).values["critic.discount"] == "0.5")
    }

    @Test(
        "A number is a number, however it is written, and a default that is written none the less no difference"
    )
    func numbers() throws {
        let plain = try table([])
        for settings in [
            ["critic.discount=9.9e-1"], ["session.swap_every=100"], ["seed=9"],
            ["session.workers=7"], ["session.directory=elsewhere"], ["preset=default"],
        ] {
            let other = try table(settings)
            #expect(other.differences(from: plain) == [], "\(settings)")
            #expect(other.hash == plain.hash, "\(settings)")
        }
    }

    @Test("What decides how a session learns is a difference, by its key")
    func differences() throws {
        let plain = try table([])
        let other = try table(["critic.discount=0.5", "session.evaluate_every_minutes=10"])
        #expect(
            other.differences(from: plain) == [
                .init(key: "critic.discount", here: "0.5", there: "0.99"),
                .init(key: "session.evaluate_every_minutes", here: "10", there: "none on the way"),
            ])
        #expect(other.hash != plain.hash && plain.hash.count == 16)
        let paper = try table(["preset=paper"]).differences(from: plain).map(\.key)
        #expect(paper.contains("preset") && paper.contains("critic.discount") == false)
        #expect(paper.contains("training.critic_utd"))
    }

    @Test("A mistake is told as it is when a launch is read")
    func mistakes() {
        #expect(throws: ConfigurationErrors.self) { try table(["critic.discont=0.5"]) }
    }
}
