/// Which network turns noise and an observation into an action.
public enum PolicyKind: String, Sendable, Equatable, CaseIterable {
    /// Denoising diffusion; `Learning/Algorithm.md` 4.2.
    case diffusion
    /// Flow matching; `Learning/Algorithm.md` 4.4.
    case flow
    /// One step, distilled from a flow; `Learning/Algorithm.md` 4.5.
    case oneStep = "onestep"
    /// Tanh-squashed Gaussian; `Learning/Algorithm.md` 4.3.
    case gaussian
}
