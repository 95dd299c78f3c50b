import Learning
import Testing

/// Ten updates of each kind on fixed data, against what they were when this was written.
///
/// A change here is a change of the algorithm: look for it before recording anew. The tolerance is
/// what other BLAS kernels' rounding does to ten updates.
@Suite("Recorded losses")
struct LossCurveTests {
    static let imitation: [Float] = [
        5.1856747, 6.1169662, 5.5378985, 5.107836, 5.190646, 5.5964756, 4.7262926, 3.956841,
        5.438229, 5.4677515,
    ]
    static let critic: [Float] = [
        3.4654663, 3.456585, 3.4500968, 3.443428, 3.437729, 3.4307816, 3.423461, 3.4166937,
        3.4092863, 3.4030573,
    ]
    static let policy: [Float] = [
        4.2974386, 4.800672, 3.6757662, 4.477214, 3.506874, 3.5462327, 4.7112513, 4.707589,
        4.7965474, 3.266792,
    ]

    @Test("Ten updates of each kind lose what they always lost")
    func curves() {
        let session = PointSession(settings: LearnerTests.small(), seed: 11)
        _ = session.demonstrate(10)
        session.learner.fitNormaliser(DemonstratedRanges(of: session.offline))
        let imitation = (0..<10).map { _ in
            session.learner.imitationUpdate(offline: session.offline)
        }
        session.learner.beginOffline()
        let critic = (0..<10).map { _ in
            session.learner.criticUpdate(offline: session.offline, online: nil).tdLoss
        }
        let policy = (0..<10).map { _ in
            session.learner.policyUpdate(offline: session.offline, online: nil).loss
        }
        for (found, recorded) in [
            (imitation, Self.imitation), (critic, Self.critic), (policy, Self.policy),
        ] {
            #expect(found.count == recorded.count, "recorded anew: \(found)")
            for (a, b) in zip(found, recorded) {
                #expect(abs(a - b) < 1e-3 * max(1, abs(b)), "\(found)")
            }
        }
    }
}
