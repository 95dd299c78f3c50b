import Bridge
import Control
import Embodiment

/// Which number of a sample was not finite: as one number for an atomic.
struct NotFinitePlace: Equatable {
    /// What it was.
    var field: SampleField
    /// Of which axis or feature; -1 when nobody knows.
    var index: Int

    /// The place of the last sample that a client refused for it.
    static func last(of client: BridgeClient, robot: RobotDescription) -> NotFinitePlace {
        guard case .notFinite(let field, let index) = client.statistics.lastWireError else {
            return NotFinitePlace(field: .none, index: -1)
        }
        return NotFinitePlace(field: field, index: index)
    }

    init(field: SampleField, index: Int) {
        self.field = field
        self.index = index
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
