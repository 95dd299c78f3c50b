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
    /// A transformer with continuous actions.
    case transformer(TransformerSettings)
    /// A transformer with binned actions.
    case tokens(TokenSettings)

    /// The name in a launch file.
    public var kind: PolicyKind {
        switch self {
        case .diffusion: .diffusion
        case .flow: .flow
        case .oneStep: .oneStep
        case .gaussian: .gaussian
        case .transformer: .transformer
        case .tokens: .tokens
        }
    }

    /// Width of the network, which every kind has.
    public var hidden: Int {
        switch self {
        case .diffusion(let settings): settings.trunk.hidden
        case .flow(let settings): settings.trunk.hidden
        case .oneStep(let settings): settings.flow.trunk.hidden
        case .gaussian(let settings): settings.hidden
        case .transformer(let settings): settings.trunk.width
        case .tokens(let settings): settings.trunk.width
        }
    }

    /// The residual trunk of the kinds that have one; others keep none of what is set.
    public var residualTrunk: ResidualTrunkSettings? {
        get {
            switch self {
            case .diffusion(let settings): settings.trunk
            case .flow(let settings): settings.trunk
            case .oneStep(let settings): settings.flow.trunk
            case .gaussian, .transformer, .tokens: nil
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
            case .gaussian, .transformer, .tokens: break
            }
        }
    }

    /// What a transformer's answer is read as; nil of other kinds.
    public var transformerHead: TransformerHead? {
        guard case .transformer(let settings) = self else { return nil }
        return settings.head
    }

    /// What a policy of these settings can do beyond sampling and learning from targets.
    public var abilities: PolicyAbilities {
        switch self {
        case .diffusion: PolicyAbilities(noise: .gaussian, isMap: true)
        case .flow: PolicyAbilities(noise: .gaussian, isMap: true)
        case .oneStep: PolicyAbilities(pathwise: true, noise: .gaussian, isMap: true)
        case .gaussian:
            PolicyAbilities(density: true, pathwise: true, noise: .gaussian, isMap: true)
        case .transformer(let settings):
            switch settings.head {
            case .mixture: PolicyAbilities(density: true, noise: .mixed, isMap: true)
            case .flow: PolicyAbilities(noise: .gaussian, isMap: true)
            }
        case .tokens: PolicyAbilities(density: true, noise: .uniform, isMap: true)
        }
    }

    /// A policy of a kind, as wide unless another width is given, and with the same trunk where both have one.
    public func of(_ kind: PolicyKind, width: Int? = nil) -> PolicySettings {
        let wide = width ?? hidden
        let trunk = TrunkSettings(width: wide)
        var other: PolicySettings =
            switch kind {
            case self.kind where width == nil: self
            case .diffusion: .diffusion(DiffusionSettings())
            case .flow: .flow(FlowSettings())
            case .oneStep: .oneStep(OneStepSettings())
            case .gaussian: .gaussian(GaussianSettings(hidden: wide))
            case .transformer: .transformer(TransformerSettings(trunk: trunk))
            case .tokens: .tokens(TokenSettings(trunk: trunk))
            }
        if let residualTrunk { other.residualTrunk = residualTrunk }
        other.residualTrunk?.hidden = wide
        return other
    }

    /// The same policy with candidates sampled in a precision; itself where the kind knows one only.
    public func sampling(in precision: SamplingPrecision) -> PolicySettings {
        var other = self
        other.residualTrunk?.samplingPrecision = precision
        return other
    }
}
