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
    /// A transformer that answers with a whole chunk; `Learning/Algorithm.md` 4.7.
    case transformer
    /// A transformer that tells an action number by number; `Learning/Algorithm.md` 4.8.
    case tokens
}
