import Embodiment
import Platform

/// What a lane puts into its ring: a message of the log, or a tick as plain numbers.
///
/// Whoever offers anything else may allocate, so it is encoded where it is recorded; a tick is encoded by the recorder.
enum RingRecord {
    /// A message as the log will hold it.
    case message(LogTopic, time: UInt64, payload: UnsafeRawBufferPointer)
    /// A tick.
    case tick(TickRecord, time: UInt64)

    /// Says of a record that it is a tick's numbers; every other says its topic.
    private static let tickMark: UInt16 = 0
    /// Bytes before a message's payload: topic u16, zeros, time u64.
    static let headByteCount = 16
    /// Bytes of the tick of a robot with so many axes, at most.
    static func tickByteCount(axes: Int) -> Int { headByteCount + 71 + 3 * (1 + 8 * axes) }

    /// Writes what comes before a message's payload.
    static func write(
        _ topic: LogTopic, time: UInt64, to writer: inout ByteWriter
    ) throws(ByteError) {
        try writer.write(topic.rawValue)
        try writer.write(UInt16(0))
        try writer.write(UInt32(0))
        try writer.write(time)
    }

    /// Writes a tick; does not allocate.
    static func write(
        _ tick: TickRecord, time: UInt64, to writer: inout ByteWriter
    ) throws(ByteError) {
        try writer.write(tickMark)
        try writer.write(UInt16(0))
        try writer.write(UInt32(0))
        try writer.write(time)
        try writer.write(tick.command)
        try writer.write(tick.sample)
        try writer.write(tick.episode)
        try writer.write(tick.verdict)
        try writer.write(tick.latenessNanoseconds)
        try writer.write(tick.observationAgeNanoseconds)
        try writer.write(tick.acknowledged)
        try writer.write(tick.limitedAxes)
        try writer.write(tick.acting?.rawValue ?? 0)
        try writer.write(tick.origin?.driver.rawValue ?? 0)
        try writer.write(tick.origin?.policyVersion ?? 0)
        try writer.write(tick.origin?.decision == nil ? UInt8(0) : 1)
        try writer.write(tick.origin?.decision ?? 0)
        try write(tick.proposed, to: &writer)
        try write(tick.commanded, to: &writer)
        try write(tick.measured, to: &writer)
    }

    private static func write(
        _ axes: AxisVector, to writer: inout ByteWriter
    ) throws(ByteError) {
        try writer.write(UInt8(truncatingIfNeeded: axes.count))
        var index = 0
        while index < axes.count {
            try writer.write(axes[index])
            index += 1
        }
    }

    /// Reads a record of a ring; nil when it is none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        do throws(ByteError) {
            let mark = try reader.readUInt16()
            try reader.skip(6)
            let time = try reader.readUInt64()
            if mark == Self.tickMark {
                guard let tick = try Self.readTick(&reader) else { return nil }
                self = .tick(tick, time: time)
            } else {
                guard let topic = LogTopic(rawValue: mark) else { return nil }
                let payload = try reader.readBytes(reader.remaining)
                self = .message(topic, time: time, payload: payload)
            }
        } catch { return nil }
    }

    private static func readTick(_ reader: inout ByteReader) throws(ByteError) -> TickRecord? {
        var tick = TickRecord(
            command: try reader.readUInt64(), sample: try reader.readUInt64(),
            episode: try reader.readUInt32(), verdict: try reader.readUInt32(),
            latenessNanoseconds: try reader.readUInt64(), commanded: AxisVector(count: 0),
            measured: AxisVector(count: 0))
        tick.observationAgeNanoseconds = try reader.readUInt64()
        tick.acknowledged = try reader.readUInt64()
        tick.limitedAxes = try reader.readUInt64()
        tick.acting = ActingParty(rawValue: try reader.readUInt8())
        let driver = try reader.readUInt8()
        let version = try reader.readUInt32()
        let hasDecision = try reader.readUInt8() != 0
        let decision = try reader.readUInt64()
        if driver != 0 {
            guard let driver = Driver(rawValue: driver) else { return nil }
            tick.origin = MotionOrigin(
                driver: driver, policyVersion: version, decision: hasDecision ? decision : nil)
        }
        guard let proposed = try readAxes(&reader), let commanded = try readAxes(&reader),
            let measured = try readAxes(&reader), reader.remaining == 0
        else { return nil }
        tick.proposed = proposed
        tick.commanded = commanded
        tick.measured = measured
        return tick
    }

    private static func readAxes(_ reader: inout ByteReader) throws(ByteError) -> AxisVector? {
        let count = Int(try reader.readUInt8())
        guard count <= Capacity.axes else { return nil }
        var axes = AxisVector(count: count)
        for index in 0..<count { axes[index] = try reader.readDouble() }
        return axes
    }

    /// The message as the log will hold it, or does.
    var message: RingMessage {
        switch self {
        case .message(let topic, let time, let payload):
            RingMessage(topic: topic, time: time, payload: [UInt8](payload))
        case .tick(let tick, let time):
            RingMessage(
                topic: .tick, time: time,
                payload: LogEncoding.encode(.tick(tick), time: time).payload)
        }
    }
}
