public import Embodiment
internal import Platform

/// Samples to bytes and back, for one number of axes and features.
///
/// A value; any thread; does not allocate. The layout is in `WireFormat.md`.
public struct SampleCodec: Sendable, Equatable {
    /// Axes of every sample.
    public let axes: Int
    /// Features of every sample.
    public let features: Int
    /// Bytes of every sample.
    public let byteCount: Int

    /// A codec for samples of these sizes, at most `Capacity.axes` and `Capacity.features`.
    public init(axes: Int, features: Int) {
        invariant(axes >= 0 && axes <= Capacity.axes, "more axes than Capacity.axes")
        invariant(
            features >= 0 && features <= Capacity.features, "more than Capacity.features")
        self.axes = axes
        self.features = features
        byteCount = Wire.samplePrefixByteCount + 20 * axes + 4 * features + Wire.checksumByteCount
    }

    /// Writes a sample at the start of `buffer`, which holds at least `byteCount` bytes.
    ///
    /// The sample's sizes must be the codec's. Numbers that are not finite are written as they are;
    /// the other side refuses them.
    ///
    /// - Returns: `byteCount`.
    public func encode(
        _ sample: SensorSample, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        invariant(
            sample.position.count == axes && sample.velocity.count == axes
                && sample.operatorAction.count == axes && sample.features.count == features,
            "a sample has other sizes than its codec")
        var flags: UInt16 = 0
        if sample.isSuccess { flags |= SampleFlags.success }
        if sample.isTerminal { flags |= SampleFlags.terminal }
        if sample.isEnabled { flags |= SampleFlags.enabled }
        if sample.hasOperatorAction { flags |= SampleFlags.operatorAction }
        flags |= UInt16(sample.buttons.rawValue) << SampleFlags.firstButton
        if sample.isTruncated { flags |= SampleFlags.truncated }
        let header = FrameHeader(
            flags: flags, axes: axes, features: features, epoch: sample.epoch,
            session: sample.session, sequence: sample.sequence,
            sendNanoseconds: sample.sendNanoseconds)
        var writer = ByteWriter(buffer)
        do throws(ByteError) {
            try header.write(to: &writer, kind: .sample, total: byteCount)
            try writer.write(sample.bootID)
            try writer.write(sample.captureNanoseconds)
            try writer.write(sample.acknowledgedCommand)
            try writer.write(sample.episode)
            try writer.write(sample.stop.rawValue)
            try writer.write(UInt16(0))
            for index in 0..<axes { try writer.write(sample.position[index]) }
            for index in 0..<axes { try writer.write(sample.velocity[index]) }
            for index in 0..<axes { try writer.write(Float(sample.operatorAction[index])) }
            for index in 0..<features { try writer.write(sample.features[index]) }
            try writer.write(CRC32.checksum(writer.written))
        } catch {
            fail("a frame does not fit into the buffer it is encoded into")
        }
        return byteCount
    }

    /// Reads a sample that is the whole of `frame`.
    ///
    /// - Parameter sample: overwritten; its content means nothing when an error is thrown.
    public func decode(
        _ frame: UnsafeRawBufferPointer, into sample: inout SensorSample
    ) throws(WireError) {
        let check = FrameCheck(
            kind: .sample, axes: axes, features: features, allowedFlags: SampleFlags.all,
            byteCount: byteCount)
        let header = try check.header(of: frame)
        // The camera parts' number: no camera is part of version 1.
        guard frame.uint16(at: 78) == 0 else { throw .reservedNotZero(offset: 78) }
        try check.checksum(of: frame)
        guard let stop = BridgeStop(rawValue: frame.uint16(at: 76)) else {
            throw .unknownStop(found: frame.uint16(at: 76))
        }
        let (sent, captured) = (header.sendNanoseconds, frame.uint64(at: 56))
        guard captured <= sent else { throw .capturedLater(nanoseconds: captured - sent) }
        if sample.position.count != axes || sample.features.count != features {
            sample = SensorSample(axes: axes, features: features)
        }
        sample.session = header.session
        sample.epoch = header.epoch
        sample.sequence = header.sequence
        sample.sendNanoseconds = sent
        sample.bootID = frame.uint64(at: 48)
        sample.captureNanoseconds = captured
        sample.acknowledgedCommand = frame.uint64(at: 64)
        sample.episode = frame.uint32(at: 72)
        sample.stop = stop
        sample.isSuccess = header.flags & SampleFlags.success != 0
        sample.isTerminal = header.flags & SampleFlags.terminal != 0
        sample.isEnabled = header.flags & SampleFlags.enabled != 0
        sample.hasOperatorAction = header.flags & SampleFlags.operatorAction != 0
        sample.buttons = OperatorButtons(
            rawValue: UInt8(truncatingIfNeeded: header.flags >> SampleFlags.firstButton)
                & OperatorButtons.all.rawValue)
        sample.isTruncated = header.flags & SampleFlags.truncated != 0
        var offset = Wire.samplePrefixByteCount
        try frame.readDoubles(into: &sample.position, .position, at: &offset)
        try frame.readDoubles(into: &sample.velocity, .velocity, at: &offset)
        for index in 0..<axes {
            sample.operatorAction[index] = Double(
                try frame.readFloat(.operatorAction, index, at: &offset))
        }
        for index in 0..<features {
            sample.features[index] = try frame.readFloat(.feature, index, at: &offset)
        }
    }
}
