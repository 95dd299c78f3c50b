/// Which class of policy, and its shape: each kind with what it alone needs.
///
/// How it is trained does not depend on the class: `PolicyTraining`.
public enum PolicySettings: Sendable, Equatable {
    /// Denoising diffusion.
    case diffusion(DiffusionSettings)
    /// Flow matching.
    case flow(FlowSettings)
    /// One step, distilled from a flow.
    case oneStep(OneStepSettings)
    /// Tanh-squashed Gaussian.
    case gaussian(GaussianSettings)

    /// The name in a launch file.
    public var kind: PolicyKind {
        switch self {
        case .diffusion: .diffusion
        case .flow: .flow
        case .oneStep: .oneStep
        case .gaussian: .gaussian
        }
    }

    /// Width of the network, which every kind has.
    public var hidden: Int {
        switch self {
        case .diffusion(let settings): settings.trunk.hidden
        case .flow(let settings): settings.trunk.hidden
        case .oneStep(let settings): settings.flow.trunk.hidden
        case .gaussian(let settings): settings.hidden
        }
    }

    /// The residual trunk of the kinds that have one; others keep none of what is set.
    public var residualTrunk: ResidualTrunkSettings? {
        get {
            switch self {
            case .diffusion(let settings): settings.trunk
            case .flow(let settings): settings.trunk
            case .oneStep(let settings): settings.flow.trunk
            case .gaussian: nil
            }
        }
        set {
            guard let newValue else { return }
            switch self {
            case .diffusion(var settings):
                settings.trunk = newValue
                self = .diffusion(settings)
            case .flow(var settings):
                settings.trunk = newValue
                self = .flow(settings)
            case .oneStep(var settings):
                settings.flow.trunk = newValue
                self = .oneStep(settings)
            case .gaussian: break
            }
        }
    }

    /// What a policy of these settings can do beyond sampling and learning from targets.
    public var abilities: PolicyAbilities {
        switch self {
        case .diffusion: PolicyAbilities(noise: .gaussian, isMap: true)
        case .flow: PolicyAbilities(noise: .gaussian, isMap: true)
        case .oneStep: PolicyAbilities(pathwise: true, noise: .gaussian, isMap: true)
        case .gaussian:
            PolicyAbilities(density: true, pathwise: true, noise: .gaussian, isMap: true)
        }
    }

    /// A policy of another kind, as wide, and with the same trunk where both have one.
    public func of(_ kind: PolicyKind) -> PolicySettings {
        var other: PolicySettings =
            switch kind {
            case .diffusion: .diffusion(DiffusionSettings())
            case .flow: .flow(FlowSettings())
            case .oneStep: .oneStep(OneStepSettings())
            case .gaussian: .gaussian(GaussianSettings(hidden: hidden))
            }
        if let residualTrunk {
            other.residualTrunk = residualTrunk
        } else {
            other.residualTrunk?.hidden = hidden
        }
        return kind == self.kind ? self : other
    }

    /// The same policy with candidates sampled in a precision; itself where the kind knows one only.
    public func sampling(in precision: SamplingPrecision) -> PolicySettings {
        var other = self
        other.residualTrunk?.samplingPrecision = precision
        return other
    }
}
