public import Embodiment
internal import Platform

/// Commands to bytes and back, for one number of axes.
///
/// A value; any thread; does not allocate. The layout is in `WireFormat.md`.
public struct CommandCodec: Sendable, Equatable {
    /// Axes of every command.
    public let axes: Int
    /// Bytes of every command.
    public let byteCount: Int

    /// A codec for commands of `axes` axes, at most `Capacity.axes`.
    public init(axes: Int) {
        invariant(axes >= 0 && axes <= Capacity.axes, "more axes than Capacity.axes")
        self.axes = axes
        byteCount = Wire.commandPrefixByteCount + 16 * axes + Wire.checksumByteCount
    }

    /// Writes a command at the start of `buffer`, which holds at least `byteCount` bytes.
    ///
    /// The command's axes must be the codec's.
    ///
    /// - Returns: `byteCount`.
    public func encode(
        _ command: Command, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        invariant(
            command.position.count == axes && command.velocity.count == axes,
            "a command has other axes than its codec")
        let header = FrameHeader(
            axes: axes, features: 0, epoch: command.epoch, session: command.session,
            sequence: command.sequence, sendNanoseconds: command.sendNanoseconds)
        var writer = ByteWriter(buffer)
        do throws(ByteError) {
            try header.write(to: &writer, kind: .command, total: byteCount)
            try writer.write(command.validityMicroseconds)
            try writer.write(UInt32(0))
            try writer.write(command.basedOnSample)
            for index in 0..<axes { try writer.write(command.position[index]) }
            for index in 0..<axes { try writer.write(command.velocity[index]) }
            try writer.write(CRC32.checksum(writer.written))
        } catch {
            fail("a frame does not fit into the buffer it is encoded into")
        }
        return byteCount
    }

    /// Reads a command that is the whole of `frame`.
    ///
    /// - Parameter command: overwritten; its content means nothing when an error is thrown.
    public func decode(
        _ frame: UnsafeRawBufferPointer, into command: inout Command
    ) throws(WireError) {
        let check = FrameCheck(
            kind: .command, axes: axes, features: 0, allowedFlags: 0, byteCount: byteCount)
        let header = try check.header(of: frame)
        guard frame.uint32(at: 52) == 0 else { throw .reservedNotZero(offset: 52) }
        try check.checksum(of: frame)
        if command.position.count != axes { command = Command(axes: axes) }
        command.session = header.session
        command.epoch = header.epoch
        command.sequence = header.sequence
        command.sendNanoseconds = header.sendNanoseconds
        command.validityMicroseconds = frame.uint32(at: 48)
        command.basedOnSample = frame.uint64(at: 56)
        var offset = Wire.commandPrefixByteCount
        try frame.readDoubles(into: &command.position, .position, at: &offset)
        try frame.readDoubles(into: &command.velocity, .velocity, at: &offset)
    }
}
