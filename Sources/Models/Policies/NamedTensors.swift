import Neural

/// Everything that a trained network is, by name: what a checkpoint keeps and a snapshot copies out.
///
/// Views of the owner's arenas. Whoever overwrites them calls `changed()` once at the end. The owner's
/// thread only, never beside a step.
public struct NamedTensors {
    /// One flat buffer of tensors.
    public struct Group {
        /// `parameters`, `averages`, `first_moments`, `second_moments`.
        public let name: String
        /// Names and shapes in the buffer.
        public let layout: ParameterLayout
        /// The numbers.
        public let arena: Arena
    }

    /// The buffers, in the order of a checkpoint.
    public let groups: [Group]
    private let weights: TrainableParameters
    private let derive: () -> Void

    /// The tensors of a network.
    ///
    /// - Parameters:
    ///   - weights: the network's numbers.
    ///   - derive: recomputes what the owner derives from them.
    public init(_ weights: TrainableParameters, derive: @escaping () -> Void = {}) {
        self.weights = weights
        self.derive = derive
        let layout = weights.layout
        groups = [
            Group(name: "parameters", layout: layout, arena: weights.parameters),
            Group(name: "averages", layout: layout, arena: weights.averages),
            Group(name: "first_moments", layout: layout, arena: weights.firstMoments),
            Group(name: "second_moments", layout: layout, arena: weights.secondMoments),
        ]
    }

    /// Names and shapes of what acts.
    public var actingLayout: ParameterLayout { weights.layout }

    /// The averaged weights, which act: what a snapshot copies out.
    public var acting: UnsafePointer<Float> { UnsafePointer(weights.averages.base) }

    /// Optimiser steps since the last restart; part of a checkpoint.
    public var step: Int {
        get { weights.step }
        nonmutating set { weights.step = newValue }
    }

    /// Forgets the optimiser's moments; weights stay.
    public func restartOptimiser() { weights.resetOptimiser() }

    /// Recomputes what is derived from the weights, after they were overwritten.
    public func changed() { derive() }
}
