import Configuration
import Foundation
import Platform
import Report

/// Sessions side by side: each by itself, those of the same settings as an arm, arms in pairs of the same seed.
struct SessionComparison {
    /// All of them, in the order in which they were named.
    private(set) var sessions: [ComparedSession]
    /// Those that can be compared.
    private(set) var arms: [ComparedArm] = []

    /// - Parameter paths: session directories.
    /// - Throws: for one that holds no session.
    init(_ paths: [String]) throws {
        sessions = try paths.map { try ComparedSession($0) }
        let names = sessions.map(\.name)
        for index in sessions.indices where names.count(where: { $0 == names[index] }) > 1 {
            sessions[index].name = paths[index]
        }
        guard let first = sessions.first(where: { $0.problem == nil }) else { return }
        for index in sessions.indices where sessions[index].problem == nil {
            let session = sessions[index]
            if let refusal = session.refusal(beside: first) {
                sessions[index].problem = refusal
                continue
            }
            guard let arm = arms.firstIndex(where: { $0.holds(session) }) else {
                arms.append(ComparedArm(number: arms.count + 1, first: session, beside: first))
                continue
            }
            let seed = session.record.seed
            if let twin = arms[arm].sessions.first(where: { $0.record.seed == seed }) {
                sessions[index].problem =
                    "it has the settings and the seed of \(twin.name), which stands for both"
            } else {
                arms[arm].append(session)
            }
        }
    }

    /// What keeps sessions from being compared, a line each.
    var problems: [String] {
        sessions.compactMap { session in
            session.problem.map { "\(session.name): \($0)" }
        }
    }

    /// What differs between those that are compared beside their settings, a sentence each: a reader must know.
    var notes: [String] {
        let records = arms.flatMap(\.sessions).map(\.record)
        func several(_ what: String, _ value: (SessionRecord) -> String?) -> String? {
            let found = Set(records.map { value($0) ?? "not recorded" }).sorted()
            return found.count > 1
                ? "They are of several \(what): " + found.joined(separator: ", ") : nil
        }
        return [
            several("versions of Hone") { $0.hone },
            several("kernels, which round differently") { $0.kernels },
            several("starts") {
                $0.weights != nil
                    ? "other sessions' weights"
                    : $0.data?.isEmpty == false
                        ? "other sessions' data" : "their own demonstrations"
            },
        ].compactMap { $0 }
    }

    /// The number of the arm that a session is in.
    func arm(of session: ComparedSession) -> Int? {
        guard session.problem == nil else { return nil }
        return arms.first { $0.holds(session) }?.number
    }
}
