import Bridge
import Control
import Embodiment

/// Which number of a sample was not finite: what the codec knows as an offset.
struct NotFinitePlace: Equatable {
    /// What it was.
    var field: SampleField
    /// Of which axis or feature; -1 when nobody knows.
    var index: Int

    /// The place of the last sample that a client refused for it.
    static func last(of client: BridgeClient, robot: RobotDescription) -> NotFinitePlace {
        guard case .notFinite(let offset) = client.statistics.lastWireError else {
            return NotFinitePlace(field: .none, index: -1)
        }
        return NotFinitePlace(offset: offset, axes: robot.axes.count)
    }

    init(field: SampleField, index: Int) {
        self.field = field
        self.index = index
    }

    /// The number at a byte of a sample; the layout is that of `WireFormat.md`.
    init(offset: Int, axes: Int) {
        let byte = offset - Wire.samplePrefixByteCount
        switch byte {
        case 0..<8 * axes: self.init(field: .position, index: byte / 8)
        case 8 * axes..<16 * axes: self.init(field: .velocity, index: byte / 8 - axes)
        case 16 * axes..<20 * axes:
            self.init(field: .operatorAction, index: (byte - 16 * axes) / 4)
        default: self.init(field: .feature, index: (byte - 20 * axes) / 4)
        }
    }

    /// One number, not negative, for an atomic.
    var packed: Int { Int(field.rawValue) << 16 | (index + 1) }

    /// From `packed`.
    init(packed: Int) {
        self.init(
            field: SampleField(rawValue: UInt8(truncatingIfNeeded: packed >> 16)) ?? .none,
            index: (packed & 0xFFFF) - 1)
    }
}
