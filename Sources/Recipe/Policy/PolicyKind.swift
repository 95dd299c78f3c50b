/// Which network turns noise and an observation into an action.
public enum PolicyKind: String, Sendable, Equatable, CaseIterable {
    /// Denoising diffusion; parl.md 4.2.
    case diffusion
    /// Tanh-squashed Gaussian; parl.md 4.4.
    case gaussian
}
