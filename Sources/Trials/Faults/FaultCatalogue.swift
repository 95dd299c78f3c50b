/// Every row that this program can inject, by the numbers of the fault catalogue, `Control/Faults.md`.
enum FaultCatalogue {
    /// In the order of the catalogue.
    static let all: [FaultRow] = {
        let rows = [
            agentRows, learnerRows, machineRows, robotRows, policyRows, wireRows, peerRows,
            fileRows, diskRows,
            guardianRows, configurationRows,
        ]
        return rows.flatMap(\.self).sorted { order($0.id) < order($1.id) }
    }()

    /// Numbers first, then letters.
    private static func order(_ id: String) -> (Int, String) {
        (Int(id.prefix { $0.isNumber }) ?? 0, id)
    }

    /// A row about a session in motion.
    static func live(
        _ id: String, _ fault: String, _ injection: String, robot: String, sees: String,
        _ run: @escaping @Sendable (FaultLab) throws -> FaultEvidence
    ) -> FaultRow {
        FaultRow(
            id: id, fault: fault, injection: injection, robot: robot, operatorSees: sees, run: run)
    }
}
