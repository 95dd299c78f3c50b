/// The hidden stack of a critic; `Learning/Algorithm.md` 3.7.
public enum CriticTrunk: String, Sendable, Equatable, CaseIterable {
    /// Observation and action enter the first layer.
    case mlp
    /// The action enters every layer.
    case layerInput = "layer_input_mlp"
}
