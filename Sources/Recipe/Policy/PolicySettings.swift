/// Which class of policy, and its shape: each kind with what it alone needs.
///
/// How it is trained does not depend on the class: `PolicyTraining`.
public enum PolicySettings: Sendable, Equatable {
    /// Denoising diffusion.
    case diffusion(DiffusionSettings)
    /// Tanh-squashed Gaussian.
    case gaussian(GaussianSettings)

    /// The name in a launch file.
    public var kind: PolicyKind {
        switch self {
        case .diffusion: .diffusion
        case .gaussian: .gaussian
        }
    }

    /// Width of the network, which every kind has.
    public var hidden: Int {
        switch self {
        case .diffusion(let settings): settings.hidden
        case .gaussian(let settings): settings.hidden
        }
    }

    /// What a policy of these settings can do beyond sampling and learning from targets.
    public var abilities: PolicyAbilities {
        switch self {
        case .diffusion: PolicyAbilities(noise: .gaussian, isMap: true)
        case .gaussian:
            PolicyAbilities(density: true, pathwise: true, noise: .gaussian, isMap: true)
        }
    }

    /// The same policy with candidates sampled in a precision; itself where the kind knows one only.
    public func sampling(in precision: SamplingPrecision) -> PolicySettings {
        guard case .diffusion(var settings) = self else { return self }
        settings.samplingPrecision = precision
        return .diffusion(settings)
    }
}
