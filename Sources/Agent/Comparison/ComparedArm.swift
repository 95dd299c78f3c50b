import Configuration
import Report

/// Sessions with the same settings, whatever their seeds.
struct ComparedArm {
    /// From 1, in the order of their first sessions.
    let number: Int
    /// In the order in which they were named; each seed once.
    private(set) var sessions: [ComparedSession]
    /// What it sets otherwise than the first arm; empty for that.
    let differences: [SettingTable.Difference]

    init(number: Int, first: ComparedSession, beside other: ComparedSession) {
        self.number = number
        sessions = [first]
        differences = first.settings.differences(from: other.settings)
    }

    /// What its sessions came to.
    var figures: ArmFigures { ArmFigures(sessions.compactMap(\.figures)) }

    /// Whether a session's settings are its own.
    func holds(_ session: ComparedSession) -> Bool {
        sessions.first.map { session.settings.differences(from: $0.settings).isEmpty } ?? false
    }

    /// Puts a session of another seed to the others.
    mutating func append(_ session: ComparedSession) { sessions.append(session) }
}
