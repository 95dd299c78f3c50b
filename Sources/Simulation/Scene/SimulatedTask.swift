/// What the simulated robot is asked to do; both follow the published real-robot tasks in spirit.
public enum SimulatedTask: String, Sendable, Equatable, CaseIterable {
    /// Put the cup into the rack, around a tall post that stands in the straight way.
    case cupToRack = "cup-to-rack"
    /// Put the pot, by the knob of its lid, over the rim into the sink.
    case potToSink = "pot-to-sink"

    /// The bodies of the task.
    public var geometry: TaskGeometry {
        switch self {
        case .cupToRack: .cupToRack
        case .potToSink: .potToSink
        }
    }
}

@inline(__always)
func distance(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> Double {
    let d = a - b
    return (d * d).sum().squareRoot()
}
