import Agent
import Bridge
import Control
import Embodiment
import Experience
import Platform

/// The path beside the learner: bytes, ticks and memory.
final class PathBench {
    private static let axes = 7

    private let codec = SampleCodec(axes: axes, features: 14)
    private let commands = CommandCodec(axes: axes)
    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 64)
    private var sample = SensorSample(axes: axes, features: 14)
    private var decoded = SensorSample(axes: axes, features: 14)
    private var command = Command(axes: axes)
    private let controller: Controller
    private var report = TickReport(axes: axes)
    private var time = MonotonicTime(nanoseconds: 1_000_000_000)
    private let rowIDs = UnsafeMutablePointer<Int32>.allocate(capacity: 256)
    private let batch: Batch

    init() {
        controller = Controller(robot: Self.robot)
        controller.start(session: 1, epoch: 1)
        batch = Batch(
            capacity: 256, observationCount: Suite.observationCount,
            actionCount: Suite.actionCount)
        sample.bootID = 7
        sample.isEnabled = true
        for row in 0..<256 { rowIDs[row] = Int32(row * 7919 % 3000) }
    }

    deinit {
        bytes.deallocate()
        rowIDs.deallocate()
    }

    /// Seven axes of displacement.
    private static let robot = RobotDescription(
        name: "bench", summary: "", controlSpace: .jointPosition, commandRateHz: 100,
        policyRateHz: 10,
        axes: (0..<axes).map { index in
            CommandAxis(
                name: "axis\(index)", unit: .radian,
                limits: AxisLimits(lower: -2, upper: 2, velocity: 2, acceleration: 10),
                kind: .delta, actionLow: -0.1, actionHigh: 0.1, home: 0, trackingError: 10)
        }, features: [], observation: (0..<axes).map { "axis\($0)" },
        timing: TimingLimits(
            observationHoldSeconds: 0.05, observationStopSeconds: 0.25,
            commandValiditySeconds: 0.05, trackingSeconds: 0.1))

    /// A sample and a command to bytes and back.
    func wire() {
        sample.sequence += 1
        let sampleBytes = codec.encode(sample, into: bytes)
        let read: Void? = try? codec.decode(
            UnsafeRawBufferPointer(rebasing: bytes[0..<sampleBytes]), into: &decoded)
        command.sequence += 1
        let commandBytes = commands.encode(command, into: bytes)
        let other: Void? = try? commands.decode(
            UnsafeRawBufferPointer(rebasing: bytes[0..<commandBytes]), into: &command)
        precondition(read != nil && other != nil, "a frame does not read back")
    }

    /// One tick: a sample in, a command out; every tenth begins a step.
    func tick() {
        time = time.advanced(byNanoseconds: 10_000_000)
        sample.sequence += 1
        sample.acknowledgedCommand = report.command.sequence
        controller.receive(sample, at: time)
        if sample.sequence % 10 == 0 {
            controller.begin(step: Action(count: Self.axes))
        }
        controller.tick(now: time, into: &report)
    }

    /// Records the last tick at `time`.
    func record(into lane: RecorderLane, at time: MonotonicTime) {
        lane.record(.tick(TickRecord(report)), at: time)
    }

    /// 256 rows gathered from a store.
    func replay(_ store: ReplayStore) {
        store.gather(rows: UnsafeBufferPointer(start: rowIDs, count: 256), into: batch.view)
    }
}
