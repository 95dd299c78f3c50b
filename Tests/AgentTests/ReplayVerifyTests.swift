import Embodiment
import Experience
import Foundation
import Testing

@testable import Agent
@testable import TestSupport

@Suite("Replay: verify")
struct ReplayVerifyTests {
    private func verify(
        _ session: FinishedSession
    ) throws -> (outcome: HoneProgram.Outcome, result: [String: Any]) {
        let outcome = try HoneProgram.run(["replay", session.folder, "--verify", "--json"])
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return (outcome, try #require(printed as? [String: Any]))
    }

    /// Steps of the log that a policy decided.
    private func decisions(of session: FinishedSession) throws -> [Transition] {
        try session.records.compactMap { record in
            guard case .transition(let step) = record, step.source == .policy else { return nil }
            return step
        }
    }

    @Test("Every decision of a session comes out to the bit, without a bridge")
    func wholeSession() throws {
        let session = try SharedDemo.session()
        let decided = try decisions(of: session)
        let (outcome, result) = try verify(session)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(result["verified"] as? Bool == true)
        #expect(result["decisions"] as? Int == decided.count && decided.count > 20)
        #expect(result["equal"] as? Int == decided.count)
        // Nothing was planned beyond a step.
        #expect((result["seam_jump"] as? [String: Any])?["count"] as? Int == 0)
        // The base policy alone before, guided after, and several versions.
        #expect(Set(decided.compactMap { $0.decision?.driver }) == [.imitation, .guided])
        #expect(result["versions"] as? Int == Set(decided.map(\.policyVersion)).count)
        let numbers = decided.compactMap { $0.decision?.number }
        #expect(numbers.count == decided.count)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        let withValue = decided.filter { $0.decision?.value != nil }
        #expect(withValue == decided.filter { $0.decision?.driver == .guided })
        let plain = try HoneProgram.run(["replay", session.folder, "--verify", "--quiet"])
        #expect(plain.code == 0 && plain.output.contains("equal to the bit"))
    }

    @Test("A weight that has changed by its last bit is found, with the decisions it made")
    func changedWeights() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let (name, bytes) = try session.last("weights").parts
        let version = try #require(UInt32(name.prefix(6)))
        let acted = try decisions(of: session).count { $0.policyVersion == version }
        #expect(acted > 0)
        var changed = bytes
        // The last bit of half of all weights, from the end of the file on: the critic's at least.
        for weight in 1...bytes.count / 8 { changed[bytes.count - 4 * weight] ^= 1 }
        let file = URL(fileURLWithPath: "\(session.folder)/weights/\(name)")
        // By accident, which the checksum finds, and on purpose.
        try changed.write(to: file)
        let damaged = try HoneProgram.run(["replay", session.folder, "--verify"])
        #expect(damaged.code == 65)
        #expect((damaged.output + damaged.errors).contains("the checksum of its data"))
        try WeightBytes.signed(changed).write(to: file)
        let (outcome, result) = try verify(session)
        #expect(outcome.code == 65)
        #expect(result["verified"] as? Bool == false)
        let different = try #require(result["different"] as? Int)
        #expect(different > 0 && different <= acted)
        let first = try #require((result["differences"] as? [[String: Any]])?.first)
        #expect(first["version"] as? Int == Int(version))
        #expect(first["logged"] as? Double != first["recomputed"] as? Double)
        #expect(outcome.errors.contains("came out otherwise"))
    }

    @Test("Weights that are gone are counted, and the rest is verified")
    func missingWeights() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let name = try session.last("weights").name
        let version = try #require(UInt32(name.prefix(6)))
        let decided = try decisions(of: session)
        let acted = decided.count { $0.policyVersion == version }
        try FileManager.default.removeItem(atPath: "\(session.folder)/weights/\(name)")
        let (outcome, result) = try verify(session)
        #expect(outcome.code == 65)
        #expect(result["without_weights"] as? Int == acted && acted > 0)
        #expect(result["equal"] as? Int == decided.count - acted)
        #expect(result["different"] as? Int == 0)
        #expect((result["missing_versions"] as? [[String: Any]])?.count == 1)
        #expect(outcome.errors.contains("lack their weights"))
    }

    @Test("Weights that a session was told not to keep are said to be so")
    func notRetained() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let name = try session.last("weights").name
        try FileManager.default.removeItem(atPath: "\(session.folder)/weights/\(name)")
        let path = session.folder + "/session.json"
        let record = try String(contentsOfFile: path, encoding: .utf8)
        let kept = record.replacing(
            #/"overrides"\s*:\s*\[/#,
            with: "\"overrides\" : [\"session.retain_versions=last\", \"session.retain_count=9\", ")
        #expect(kept != record)
        try kept.write(toFile: path, atomically: true, encoding: .utf8)
        let (outcome, result) = try verify(session)
        #expect(outcome.code == 65, "\(outcome.errors)")
        let missing = try #require((result["missing_versions"] as? [[String: Any]])?.first)
        let reason = try #require(missing["reason"] as? String)
        #expect(reason.contains("not retained") && reason.contains("the last 9 versions"))
    }

    @Test("A log that was cut short is verified as far as it goes")
    func cutLog() throws {
        let scratch = try Scratch()
        let session = try SharedDemo.copy(into: scratch)
        let bytes = try session.logBytes
        try bytes.prefix(bytes.count * 3 / 4).write(
            to: URL(fileURLWithPath: session.folder + "/log/session.mcap"))
        let decided = try decisions(of: session)
        let (outcome, result) = try verify(session)
        #expect(outcome.code == 65)
        #expect(result["decisions"] as? Int == decided.count && decided.count > 0)
        #expect(result["equal"] as? Int == decided.count)
        #expect(result["log_is_lossy"] as? Bool == true)
        #expect((result["log_issues"] as? [String])?.isEmpty == false)
    }

    @Test("What is no session, or has no decision, is said to be so")
    func noSession() throws {
        let scratch = try Scratch()
        let missing = try HoneProgram.run(["replay", scratch.path("none"), "--verify"])
        #expect(missing.code == 66 && missing.errors.contains("session.json"))
        try "{}".write(toFile: scratch.path("session.json"), atomically: true, encoding: .utf8)
        let empty = try HoneProgram.run(["replay", scratch.folder, "--verify"])
        #expect(empty.code == 65 && empty.errors.contains("cannot be used as a session"))
        let usage = try HoneProgram.run(["replay", scratch.folder])
        #expect(usage.code == 64 && usage.errors.contains("--verify"))
    }
}
