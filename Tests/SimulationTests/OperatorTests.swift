import Embodiment
import Testing

@testable import Simulation

/// Scripted stand-ins for policies: how often they succeed where.
///
/// Rates are over fixed seeds, so these tests cannot flicker; the bounds leave the stated target
/// room for its own binomial error.
@Suite("Demonstrator and deployment gap")
struct OperatorTests {
    @Test("the demonstrator succeeds in the lab", arguments: SimulatedTask.allCases)
    func demonstrator(task: SimulatedTask) {
        let batch = runBatch(300, task: task, variant: .lab, eyes: .truth)
        #expect(batch.rate >= 0.97, "\(batch.summary)")
        // Some of its episodes contain a miss and a second try.
        #expect(batch.retried >= 12 && batch.retried <= 70, "\(batch.summary)")
        let median = batch.steps.sorted()[batch.steps.count / 2]
        #expect(median >= 18 && median <= 35, "\(batch.summary)")
        #expect(batch.unreachable == 0)
        if task == .cupToRack {
            #expect(batch.left >= 90 && batch.right >= 90, "\(batch.summary)")
        }
    }

    @Test("seeing only what is reported, it succeeds in the lab", arguments: SimulatedTask.allCases)
    func reportedLab(task: SimulatedTask) {
        let batch = runBatch(300, task: task, variant: .lab, eyes: .reported)
        #expect(batch.rate >= 0.95, "\(batch.summary)")
    }

    @Test("in the field its first grasp mostly fails", arguments: SimulatedTask.allCases)
    func field(task: SimulatedTask) {
        let batch = runBatch(400, task: task, variant: .field, eyes: .reported)
        #expect(batch.rate >= 0.7 && batch.rate <= 0.93, "\(batch.summary)")
        let firstGrasps = 1 - Double(batch.retried) / Double(batch.episodes)
        #expect(firstGrasps >= 0.2 && firstGrasps <= 0.5, "\(batch.summary)")
    }

    @Test("having learned the offset, it succeeds in the field", arguments: SimulatedTask.allCases)
    func compensated(task: SimulatedTask) {
        var manner = practised
        manner.correction = -SimulatedConditions.field(task).calibrationError
        let batch = runBatch(300, task: task, variant: .field, eyes: .reported, manner: manner)
        #expect(batch.rate >= 0.98, "\(batch.summary)")
    }

    @Test("success in the field rises with the share of the offset that is corrected")
    func smooth() {
        var rates: [Double] = []
        for share in [-0.5, -0.25, 0, 0.5, 1] {
            var manner = ScriptedOperator.Manner()
            manner.correction = -SimulatedConditions.field(.cupToRack).calibrationError * share
            rates.append(
                runBatch(
                    200, task: .cupToRack, variant: .field, eyes: .reported, manner: manner
                ).rate)
        }
        for index in 1..<rates.count { #expect(rates[index] > rates[index - 1], "\(rates)") }
        #expect(rates[0] < 0.6 && rates[1] < 0.8, "\(rates)")
        #expect(rates[4] > 0.97, "\(rates)")
    }

    @Test("going straight for the rack hits the post: the mean of both ways is no way")
    func straight() {
        var collisions = 0
        for seed in 0..<100 as Range<UInt64> {
            let robot = SimulatedRobot(task: .cupToRack, variant: .lab)
            robot.reset(seed: seed, purpose: .evaluation, demonstrates: false)
            var blind = ScriptedOperator(
                geometry: robot.task.geometry, key: CounterRandom(seed, 5).key)
            var driver = Driver(robot)
            while driver.steps < 60, !robot.scene.isSuccess, robot.scene.failure == .none {
                var view = robot.trueView
                view.obstacle = SIMD2(0, -1)
                blind.watch(view)
                driver.step(blind.action(view, tick: robot.ticks))
            }
            if robot.scene.failure == .collision { collisions += 1 }
        }
        #expect(collisions >= 60, "\(collisions) of 100")
    }

    @Test("the same seeds and commands give the same bits")
    func deterministic() {
        func record() -> [UInt64] {
            let robot = SimulatedRobot(task: .cupToRack, variant: .field)
            robot.reset(seed: 3, purpose: .training, demonstrates: true)
            var driver = Driver(robot)
            var bits: [UInt64] = []
            var sample = SensorSample(axes: 7, features: SimulatedAxes.features.count)
            for _ in 0..<40 {
                robot.report(into: &sample)
                bits += sample.position.values.map(\.bitPattern)
                bits += sample.features.values.map { UInt64($0.bitPattern) }
                bits += sample.operatorAction.values.map(\.bitPattern)
                driver.step(sample.operatorAction)
            }
            return bits
        }
        #expect(record() == record())
    }

    @Test("the operator's actions come with every sample when asked for, and only then")
    func asked() {
        let robot = SimulatedRobot(task: .potToSink, variant: .lab)
        var sample = SensorSample(axes: 7, features: SimulatedAxes.features.count)
        robot.reset(seed: 1, purpose: .demonstration, demonstrates: true)
        robot.report(into: &sample)
        #expect(sample.hasOperatorAction)
        #expect(sample.operatorAction.values.allSatisfy { abs($0) <= 1 })
        robot.reset(seed: 1, purpose: .demonstration, demonstrates: false)
        robot.report(into: &sample)
        #expect(!sample.hasOperatorAction)
        #expect(sample.features.isFinite && sample.position.isFinite)
    }

    @Test("the observation names are axes or features")
    func names() {
        let known = SimulatedAxes.names + SimulatedAxes.features.map(\.name)
        #expect(SimulatedAxes.observation.allSatisfy(known.contains))
        #expect(Set(known).count == known.count)
        for (soft, hard) in zip(SimulatedAxes.recommendedLimits, SimulatedAxes.limits) {
            #expect(soft.lower >= hard.lower && soft.upper <= hard.upper)
            #expect(soft.velocity <= hard.velocity && soft.acceleration <= hard.acceleration)
        }
    }

    @Test("noise scales to nothing, and by one changes nothing")
    func scaledNoise() {
        let person = ScriptedOperator.Manner()
        #expect(person.scaled(by: 1) == person)
        let perfect = person.scaled(by: 0)
        #expect(perfect.noise == 0 && perfect.proportionalNoise == 0)
        #expect(perfect.rotationNoise == 0 && perfect.lapseProbability == 0)
        #expect(perfect.correctionProbability == 0)
    }
}
