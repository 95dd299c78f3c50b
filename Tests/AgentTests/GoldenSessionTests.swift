import Configuration
import Embodiment
import Experience
import Foundation
import Platform
import Testing

@testable import Agent
@testable import Report
@testable import TestSupport

/// A small lockstep session whose every decision stands here.
///
/// **A change of these two numbers is a decision.** They say that the same launch and seed do what they did before:
/// every observation, action, swap and update count. Whoever changes them says in the commit why the behaviour of a robot
/// with the same files and seed may be another one now, and that sessions recorded before can no longer be verified if
/// the actor itself has changed.
///
/// The kernels that multiply matrices round differently on other processors, and the session trains on what it rounds; so
/// the numbers hold for those of `kernels` alone. Elsewhere this suite is skipped, and `ReplayVerifyTests` and
/// `DemoSessionTests` say the same of a session against itself.
@Suite("Golden session")
struct GoldenSessionTests {
    /// OpenBLAS' Haswell kernels and Hone's own of 256 bits.
    static let kernels = "Haswell and Hone's"
    /// CRC-32 of the report without wall times.
    static let report = "6f23b92c"
    /// `decision_hash` of `hone replay --verify`.
    static let decisions = "56ebce84"

    /// What the hone program of these tests multiplies with: it chooses its kernels when it starts.
    fileprivate static let isOnItsKernels: Bool = {
        guard let session = try? SharedDemo.session() else { return true }
        let directory = SessionDirectory(existing: URL(fileURLWithPath: session.folder))
        return (try? SessionRecord(reading: directory.session))?.kernels == kernels
    }()

    @Test(
        "Its report and its decisions are those of before",
        .enabled(if: GoldenSessionTests.isOnItsKernels))
    func golden() throws {
        let session = try SharedDemo.session()
        var hash = DecisionHash()
        for case .transition(let step) in try session.records where step.source == .policy {
            hash.add(try #require(step.decision).number, step.proposed)
        }
        #expect(hash.text == Self.decisions)
        let fingerprint = try session.report.fingerprint()
        let digits = String(CRC32.checksum(Array(fingerprint.utf8)), radix: 16)
        #expect(String(repeating: "0", count: 8 - digits.count) + digits == Self.report)
    }
}
