extension AlgorithmSettings {
    /// What trained numbers mean beside the shapes of their tensors: with another of these they are other weights.
    ///
    /// By the keys of a launch file, as text. A policy's denoising steps are what its time embedding counts; a
    /// transformer's numbers are split into heads; the ends of a distributional head are what its bins stand for.
    public var meaning: [String: String] {
        var meaning = [
            "policy.kind": policy.kind.rawValue, "critic.head": critic.head.rawValue,
            "critic.discount": "\(critic.discount)",
            "training.normalise_observations": "\(normaliseObservations)",
            "training.normalise_actions": "\(normaliseActions)",
        ]
        if case .diffusion(let settings) = policy {
            meaning["policy.diffusion_steps"] = "\(settings.diffusionSteps)"
        }
        switch policy {
        case .transformer(let settings):
            meaning["policy.heads"] = "\(settings.trunk.heads)"
            meaning["policy.head"] = settings.head.rawValue
        case .tokens(let settings): meaning["policy.heads"] = "\(settings.trunk.heads)"
        default: break
        }
        if critic.head == .distributional {
            meaning["critic.q_min"] = "\(critic.qMin)"
            meaning["critic.q_max"] = "\(critic.qMax)"
        }
        return meaning
    }
}
