import Neural
import Recipe

/// E value networks Q_e(s, a) over one flat parameter buffer; `Learning/Algorithm.md` 3.3 and 3.7.
///
/// A layout and pure functions; safe on any thread. With no action it is a state-value network,
/// with one member a single one.
/// Layer 0 sees [observation, action]; in the layer-input trunk each later layer sees
/// [hidden, action]. Each hidden layer is affine, LayerNorm, swish.
public struct CriticEnsemble: Sendable {
    /// Scalars of one observation, O.
    public let observationCount: Int
    /// Scalars of one action, A.
    public let actionCount: Int
    /// Members, E.
    public let memberCount: Int
    /// Width of a hidden layer, H.
    public let hidden: Int
    /// Hidden layers, L.
    public let layerCount: Int
    /// Outputs of a member: the bins, or 1.
    public let outputs: Int
    /// How outputs become a value.
    public let head: ValueHead
    /// The parameters by name.
    public let layout: ParameterLayout
    /// The action enters every layer.
    let actionInEveryLayer: Bool
    /// Layer l of member e at e·L + l.
    let layers: [LayerPlace]
    /// One, or one per member.
    let heads: [AffinePlace]

    /// Offsets of one hidden layer in the flat buffer.
    struct LayerPlace: Sendable {
        let weight: Int
        let bias: Int
        let scale: Int
        let shift: Int
        let inputs: Int
    }

    /// Offsets of an output layer in the flat buffer.
    struct AffinePlace: Sendable {
        let weight: Int
        let bias: Int
    }

    /// An ensemble of the given sizes.
    ///
    /// - Parameters:
    ///   - actionCount: 0 for a state-value network.
    ///   - memberCount: instead of `settings.ensembleSize` when given.
    public init(
        observationCount: Int, actionCount: Int, settings: CriticSettings, memberCount: Int? = nil
    ) {
        self.observationCount = observationCount
        self.actionCount = actionCount
        let members = memberCount ?? settings.ensembleSize
        self.memberCount = members
        hidden = settings.hidden
        layerCount = settings.layers
        let valueHead = ValueHead(settings)
        head = valueHead
        outputs = valueHead.outputs
        let everyLayer = settings.trunk == .layerInput
        actionInEveryLayer = everyLayer
        var layout = ParameterLayout()
        var layers: [LayerPlace] = []
        for member in 0..<members {
            for layer in 0..<settings.layers {
                let name = "member\(member).layer\(layer)"
                let before = layer == 0 ? observationCount : settings.hidden
                let inputs = before + (layer == 0 || everyLayer ? actionCount : 0)
                layers.append(
                    LayerPlace(
                        weight: layout.add("\(name).weight", [inputs, settings.hidden]).offset,
                        bias: layout.add("\(name).bias", [settings.hidden]).offset,
                        scale: layout.add("\(name).norm.scale", [settings.hidden]).offset,
                        shift: layout.add("\(name).norm.shift", [settings.hidden]).offset,
                        inputs: inputs))
            }
        }
        self.layers = layers
        heads = (0..<(settings.sharedHead ? 1 : members)).map { index in
            let name = settings.sharedHead ? "head" : "member\(index).head"
            return AffinePlace(
                weight: layout.add("\(name).weight", [settings.hidden, valueHead.outputs]).offset,
                bias: layout.add("\(name).bias", [valueHead.outputs]).offset)
        }
        self.layout = layout
    }

    /// The critic of windows of k executed steps.
    ///
    /// Its action is the window's k · A numbers. Where k > 1 its observation has one scalar more at the end: the share
    /// of the window's steps that were really there, 1 but for windows that an episode's end has cut.
    public init(
        observationCount: Int, actionCount: Int, chunk: ChunkSettings, settings: CriticSettings
    ) {
        self.init(
            observationCount: chunk.criticObservationCount(observationCount),
            actionCount: chunk.executedSteps * actionCount, settings: settings)
    }

    /// Fills fresh parameters: orthogonal √2, the last hidden layer and the head 0.01, biases zero.
    public func initialise(_ parameters: UnsafeMutablePointer<Float>, key: RandomKey) {
        var seeds = SeedSequence(key: key)
        parameters.update(repeating: 0, count: layout.count)
        for (index, layer) in layers.enumerated() {
            let isLast = index % layerCount == layerCount - 1
            Initialise.orthogonal(
                parameters + layer.weight, inputs: layer.inputs, outputs: hidden,
                gain: isLast ? 0.01 : Float(2).squareRoot(), key: seeds.next())
            (parameters + layer.scale).update(repeating: 1, count: hidden)
        }
        for head in heads {
            Initialise.orthogonal(
                parameters + head.weight, inputs: hidden, outputs: outputs, gain: 0.01,
                key: seeds.next())
        }
    }

    /// The place of a member's hidden layer.
    func layer(_ member: Int, _ index: Int) -> LayerPlace { layers[member * layerCount + index] }

    /// The place of a member's output layer.
    func head(_ member: Int) -> AffinePlace { heads.count == 1 ? heads[0] : heads[member] }
}
