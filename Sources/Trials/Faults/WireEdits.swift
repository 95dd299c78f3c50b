import Bridge
import Embodiment
import Platform
import Simulation

/// What a wire does to samples and commands beyond losing them.
enum WireEdits {
    /// Sizes of the simulated robot's samples.
    private static let codec = SampleCodec(
        axes: SimulatedAxes.names.count, features: SimulatedAxes.features.count)

    /// Changes every sample once the trigger is set, and seals it again.
    ///
    /// - Parameter change: gets the sample and the last one before the trigger was set.
    static func samples(
        after trigger: Trigger,
        _ change: @escaping @Sendable (inout SensorSample, SensorSample) -> Void
    ) -> ChaosProxy.Edit {
        let before = Guarded<SensorSample?>(nil)
        return { message in
            guard message.direction == .toPeer, var sample = read(message) else { return true }
            let last = before.withLock { before in
                if !trigger.isSet || before == nil { before = sample }
                return before
            }
            guard trigger.isSet, let last else { return true }
            change(&sample, last)
            message.parts[0].withUnsafeMutableBytes { _ = codec.encode(sample, into: $0) }
            return true
        }
    }

    /// Lets no sample pass while the trigger is set; answers do.
    static func withhold(while trigger: Trigger) -> ChaosProxy.Edit {
        { message in
            !(trigger.isSet && message.direction == .toPeer
                && message.parts.first?.first == UInt8(ascii: "H"))
        }
    }

    private static func read(_ message: BridgeRelay.Message) -> SensorSample? {
        guard message.parts.count == 1, message.parts[0].first == UInt8(ascii: "H") else {
            return nil
        }
        var sample = SensorSample(axes: codec.axes, features: codec.features)
        let isRead = message.parts[0].withUnsafeBytes { bytes in
            (try? codec.decode(bytes, into: &sample)) != nil
        }
        return isRead ? sample : nil
    }

    /// Keeps what the agent sends: the newest messages, oldest first.
    static func capture(into tape: Tape) -> ChaosProxy.Edit {
        { message in
            if message.direction == .toBridge, let bytes = message.parts.first {
                tape.add(bytes)
            }
            return true
        }
    }
}
