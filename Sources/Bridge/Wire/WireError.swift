public import Embodiment
internal import Platform

/// Why a hot frame was refused; checked in this order.
public enum WireError: Error, Equatable, Sendable {
    /// Shorter than the shortest frame of its kind.
    case tooShort(byteCount: Int, minimum: Int)
    /// Does not start with `HONE`.
    case badMagic(found: UInt32)
    /// A version this side does not speak.
    case unsupportedVersion(found: UInt8)
    /// Another kind than the one expected here.
    case wrongKind(found: UInt8, expected: FrameKind)
    /// The message is not as long as its header says.
    case lengthMismatch(stated: UInt32, received: Int)
    /// Other than the expected number of axes or features.
    case sizesMismatch(axes: Int, features: Int, expectedAxes: Int, expectedFeatures: Int)
    /// The stated length is not that of its axes and features.
    case layoutMismatch(stated: UInt32, computed: Int, axes: Int, features: Int)
    /// Flag bits without a meaning.
    case unknownFlags(found: UInt16)
    /// A reserved field, by byte offset, that is not zero.
    case reservedNotZero(offset: Int)
    /// The checksum does not match: damaged on its way, or packed wrongly.
    case checksumMismatch(stated: UInt32, computed: UInt32)
    /// A stop code without a meaning.
    case unknownStop(found: UInt16)
    /// Captured after it was sent, by so many nanoseconds: its times are of two clocks, or exchanged.
    case capturedLater(nanoseconds: UInt64)
    /// An intact frame that carries a number which is not finite: which one, of which axis or feature.
    ///
    /// Distinct because it is no transport fault: the sender does not know the state of the world,
    /// and the guardian stops on it.
    case notFinite(SampleField, index: Int)
}

extension WireError: CustomStringConvertible {
    /// What was found and what was expected.
    public var description: String {
        switch self {
        case .tooShort(let byteCount, let minimum):
            "a frame of \(byteCount) bytes is too short: its kind has at least \(minimum)"
        case .badMagic(let found):
            "a frame starts with \(found.hexadecimal) (little-endian), not with HONE"
        case .unsupportedVersion(let found):
            "a frame has layout version \(found), this side speaks \(Wire.layoutVersion); "
                + "update the older of the two"
        case .wrongKind(let found, let expected):
            "a frame has kind \(found) where \(expected.rawValue) (\(expected)) was expected"
        case .lengthMismatch(let stated, let received):
            "a frame states \(stated) bytes and has \(received)"
        case .sizesMismatch(let axes, let features, let expectedAxes, let expectedFeatures):
            "a frame has \(axes) axes and \(features) features where \(expectedAxes) and "
                + "\(expectedFeatures) were described"
        case .layoutMismatch(let stated, let computed, let axes, let features):
            "a frame says \(stated) bytes, \(computed) wanted for \(axes) axes and \(features) features"
        case .unknownFlags(let found):
            "a frame has flags \(found.hexadecimal), some of which mean nothing"
        case .reservedNotZero(let offset):
            "a frame's reserved field at offset \(offset) is not zero"
        case .checksumMismatch(let stated, let computed):
            "a frame's checksum is \(stated.hexadecimal), its bytes give "
                + "\(computed.hexadecimal); the CRC-32 is zlib's, of all bytes before it"
        case .unknownStop(let found):
            "a sample's stop code is \(found), which means nothing"
        case .capturedLater(let nanoseconds):
            "a sample says that it was captured \(Double(nanoseconds) * 1e-9) s after it was sent; both "
                + "times are of the bridge's one monotonic clock, in nanoseconds"
        case .notFinite(let field, let index):
            "an intact frame has a number that is not finite: \(field) \(index)"
        }
    }
}

extension WireError {
    /// What is wrong, without its figures: refused frames are counted by it.
    public var reason: String {
        switch self {
        case .tooShort: "too short"
        case .badMagic: "no HONE"
        case .unsupportedVersion: "another layout's version"
        case .wrongKind: "another kind"
        case .lengthMismatch, .layoutMismatch: "another length"
        case .sizesMismatch: "other axes or features"
        case .unknownFlags: "unknown flags"
        case .reservedNotZero: "reserved fields"
        case .checksumMismatch: "a wrong checksum"
        case .unknownStop: "an unknown stop"
        case .capturedLater: "captured after it was sent"
        case .notFinite: "not finite"
        }
    }
}
