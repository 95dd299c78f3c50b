import Configuration
import Embodiment
import Foundation
import Platform
import Simulation
import Synchronization
import Testing

@testable import Bridge
@testable import Driving
@testable import Report
@testable import TestSupport
@testable import Trials

/// A simulated robot on a thread, for as long as this object lives.
private final class SimulatedBridge {
    let server: SimulationServer
    private let isOver = Flag()
    private let thread: HoneThread
    private let scratch: Scratch

    private final class Flag: Sendable { let value = Atomic<Bool>(false) }

    init(
        isLockstep: Bool, version: Int = 2, keys: BridgeKeys? = nil,
        faults: SimulationFaults = SimulationFaults()
    ) throws {
        scratch = try Scratch()
        var options = SimulationOptions(
            endpoint: "ipc://\(scratch.path("robot"))", isLockstep: isLockstep, seed: 3,
            faults: faults)
        options.resetSeconds = 0.01
        options.keys = keys
        options.wireVersion = version
        let server = try SimulationServer(options)
        let flag = isOver
        self.server = server
        thread = try HoneThread.start(name: "robot", scheduling: .realtime(priority: 60)) {
            _ = try? server.run { flag.value.load(ordering: .relaxed) }
        }
    }

    deinit { end() }

    func end() {
        isOver.value.store(true, ordering: .relaxed)
        thread.join()
    }
}

@Suite("A bridge held against its duties", .byTheWallClock)
struct BridgeExaminerTests {
    private func robot() throws -> RobotDescription {
        try RobotFile.read("sim-widowx", in: Project(root: HoneProgram.root))
    }

    /// Keys of a bridge, and of an agent that it admits.
    private func keys() throws -> (bridge: BridgeKeys, agent: AgentKeys) {
        let (own, agent) = (try KeyPair.generate(), try KeyPair.generate())
        var allowed = AllowList()
        allowed.allow(agent.publicKey)
        return (
            BridgeKeys(own: own, allowed: allowed),
            AgentKeys(own: agent, bridge: own.publicKey)
        )
    }

    @Test("The simulated robot fulfils them all, encrypted", arguments: [true, false])
    func simulated(isLockstep: Bool) throws {
        let keys = try keys()
        let bridge = try SimulatedBridge(isLockstep: isLockstep, keys: keys.bridge)
        let examiner = try BridgeExaminer(
            address: bridge.server.address, keys: keys.agent, robot: try robot(), moves: true,
            patience: .seconds(20))
        for finding in examiner.examine() {
            let isOwed =
                switch finding.duty.schedule {
                case .any: true
                case .realtime: !isLockstep
                case .lockstep: isLockstep
                }
            #expect(
                finding.verdict == (isOwed ? .pass : .notTested),
                "\(finding.text(on: Terminal()))")
        }
        bridge.end()
        #expect(bridge.server.drive.isAtRest && bridge.server.drive.stop == .disabled)
        let home = SimulatedAxes.home
        for axis in 0..<7 {
            let distance = SmallMotion.displacement(of: examiner.description.axes[axis])
            #expect(abs(bridge.server.drive.setPoint[axis] - home[axis]) < 2 * distance)
        }
    }

    @Test("One of version 1 fulfils all that such a bridge owes", arguments: [true, false])
    func versionOne(isLockstep: Bool) throws {
        let bridge = try SimulatedBridge(isLockstep: isLockstep, version: 1)
        let examiner = try BridgeExaminer(
            address: bridge.server.address, robot: try robot(), moves: true, patience: .seconds(20))
        #expect(examiner.description.version == 1)
        // Time is no matter of the version.
        for duty in BridgeDuty.allCases where duty.schedule == .any {
            let isOwed = duty.sinceVersion == 1 && duty != .refusesKeys
            let finding = try #require(examiner.examine([duty]).first)
            #expect(
                finding.verdict == (isOwed ? .pass : .notTested),
                "\(finding.text(on: Terminal()))")
        }
        bridge.end()
    }

    @Test("Without leave to move nothing moves", arguments: [true, false])
    func still(isLockstep: Bool) throws {
        let bridge = try SimulatedBridge(isLockstep: isLockstep)
        let examiner = try BridgeExaminer(
            address: bridge.server.address, robot: nil, moves: false, patience: .seconds(20))
        let findings = examiner.examine(BridgeDuty.allCases.filter { $0 != .endsSilence })
        for finding in findings where finding.duty.needsMotion {
            #expect(finding.verdict == .notTested)
        }
        // Without encryption there is no list to be on; everything else is as with it.
        for finding in findings where !finding.duty.needsMotion {
            #expect(finding.verdict != .fail, "\(finding.text(on: Terminal()))")
            if finding.duty == .refusesKeys { #expect(finding.verdict == .notTested) }
        }
        let resets = findings.first { $0.duty == .resets }
        #expect(resets?.verdict == .pass, "the scene is reset without --motion too")
        // What is said is what ran.
        let passed = findings.count { $0.verdict == .pass }
        let (motions, all) = (BridgeDuty.allCases.count { $0.needsMotion }, findings.count)
        let said = BridgeTestCommand.summary(of: findings)
        let needing = isLockstep ? motions - 1 : motions
        #expect(
            said.hasPrefix("\(passed) of \(passed) duties fulfilled; \(needing) need --motion, "))
        #expect(said.contains(", \(all - passed - needing) not tested"), "\(said)")
        bridge.end()
        for axis in 0..<7 {
            // The measured pose that commands hold differs from the commanded one by next to nothing.
            let moved = abs(bridge.server.drive.setPoint[axis] - SimulatedAxes.home[axis])
            #expect(moved < 1e-3, "axis \(axis) by \(moved)")
        }
        #expect(bridge.server.statistics.violations == 0)
    }

    @Test("One that was left away from home is examined where it stands")
    func leftAway() throws {
        let bench = try RobotBench(.lockstep)
        try bench.begin()
        let axes = bench.description.axes.count
        try bench.move(steps: 8) { _ in
            var action = Action(count: axes)
            action[1] = 1
            return action
        }
        bench.robot.close()
        let left = bench.server.drive.setPoint
        let examiner = try BridgeExaminer(
            address: bench.server.address, robot: try robot(), moves: false, patience: .seconds(20))
        for finding in examiner.examine() {
            #expect(finding.verdict != .fail, "\(finding.text(on: Terminal()))")
            if finding.duty == .keepsStep { #expect(finding.verdict == .pass) }
        }
        bench.end()
        for axis in 0..<7 {
            let moved = abs(bench.server.drive.setPoint[axis] - left[axis])
            #expect(moved < 1e-3, "axis \(axis) by \(moved)")
        }
    }

    @Test("A bridge that does not fulfil a duty is found out", arguments: BrokenBridge.all)
    func broken(_ broken: BrokenBridge) throws {
        let bridge = try SimulatedBridge(isLockstep: broken.isLockstep)
        let scratch = try Scratch()
        let proxy = try ChaosProxy(
            address: "ipc://\(scratch.path("proxy"))", bridge: bridge.server.address,
            edit: broken.makeEdit())
        defer { proxy.end() }
        let examiner = try BridgeExaminer(
            address: proxy.address, robot: nil, moves: true, patience: .milliseconds(1500))
        let finding = examiner.trial(of: broken.duty)
        #expect(finding.verdict == .fail, "\(finding.text(on: Terminal()))")
        #expect(finding.sent.contains(broken.noticed), "\(finding.text(on: Terminal()))")
        bridge.end()
    }

    @Test("A bridge that admits every key is found out")
    func open() throws {
        let keys = try keys()
        let bridge = try SimulatedBridge(
            isLockstep: true, keys: BridgeKeys(own: keys.bridge.own, admits: { _ in true }))
        let examiner = try BridgeExaminer(
            address: bridge.server.address, keys: keys.agent, robot: nil, moves: false)
        let finding = try #require(examiner.examine([.refusesKeys]).first)
        #expect(finding.verdict == .fail, "\(finding.text(on: Terminal()))")
        #expect(
            finding.sent.contains("a key made a moment ago") && finding.came == "it is admitted")
        bridge.end()
    }

    @Test("A bridge that sends without a pause is found out")
    func flooding() throws {
        var faults = SimulationFaults()
        faults.floodAfterTicks = 0
        let bridge = try SimulatedBridge(isLockstep: false, faults: faults)
        let examiner = try BridgeExaminer(
            address: bridge.server.address, robot: nil, moves: false, patience: .seconds(5))
        let finding = examiner.trial(of: .keepsPace)
        #expect(finding.verdict == .fail, "\(finding.text(on: Terminal()))")
        #expect(finding.came.contains("where 100 Hz were described"), "\(finding.came)")
        bridge.end()
    }

    @Test("Every duty has a bridge that breaks it")
    func complete() {
        // Those of keys and of pace are the tests above: no wire can lie for them.
        let broken = Set(BrokenBridge.all.map(\.duty)).union([.refusesKeys, .keepsPace])
        #expect(BridgeDuty.allCases.filter { !broken.contains($0) } == [])
    }

    @Test("A honest wire between changes nothing, in real time")
    func proxied() throws {
        let bridge = try SimulatedBridge(isLockstep: false)
        let scratch = try Scratch()
        let proxy = try ChaosProxy(
            address: "ipc://\(scratch.path("proxy"))", bridge: bridge.server.address)
        defer { proxy.end() }
        let examiner = try BridgeExaminer(
            address: proxy.address, robot: nil, moves: true, patience: .seconds(20))
        for duty in [BridgeDuty.starts, .oneCommander, .brakes, .queuesOne, .notesDeath] {
            let finding = try #require(examiner.examine([duty]).first)
            #expect(finding.verdict == .pass, "\(finding.text(on: Terminal()))")
        }
        bridge.end()
    }

    @Test("A robot that does not stay where it is commanded to is commanded no further")
    func drifting() throws {
        let drifts = try #require(BrokenBridge.all.first { $0.duty == .stays })
        let bridge = try SimulatedBridge(isLockstep: false)
        let scratch = try Scratch()
        let proxy = try ChaosProxy(
            address: "ipc://\(scratch.path("proxy"))", bridge: bridge.server.address,
            edit: drifts.makeEdit())
        defer { proxy.end() }
        let examiner = try BridgeExaminer(
            address: proxy.address, robot: nil, moves: false, patience: .seconds(5))
        let findings = examiner.examine([.stays, .starts])
        #expect(findings.map(\.verdict) == [.fail, .notTested])
        for finding in findings {
            #expect(finding.came.contains("commanded to stay, "), "\(finding.came)")
            #expect(finding.came.contains("order and unit of the samples"), "\(finding.came)")
        }
        // Also where only the other was asked for.
        #expect(examiner.examine([.starts]).map(\.duty) == [.stays, .starts])
        bridge.end()
    }

    @Test("Frames of another layout are told, and a refusal's words")
    func layout() throws {
        let bridge = try SimulatedBridge(isLockstep: false)
        let scratch = try Scratch()
        let proxy = try ChaosProxy(
            address: "ipc://\(scratch.path("proxy"))", bridge: bridge.server.address
        ) { message in
            if message.direction == .toPeer, message.parts[0].first == UInt8(ascii: "H") {
                // One axis fewer.
                message.parts[0][8] -= 1
            }
            return true
        }
        defer { proxy.end() }
        let examiner = try BridgeExaminer(
            address: proxy.address, robot: nil, moves: false, patience: .seconds(1))
        let finding = examiner.trial(of: .stays)
        #expect(finding.verdict == .fail)
        #expect(
            finding.came.contains("frames refused, last: a frame has 6 axes"), "\(finding.came)")
        let words = ExaminerPeer.Outcome.refused(.state, "not at home")
        #expect("\(words)" == "error state (not at home)")
        bridge.end()
    }

    @Test("Only a bridge of version 2 is told what an operator's actions are", arguments: [1, 2])
    func actions(version: Int) throws {
        let bridge = try SimulatedBridge(isLockstep: true, version: version)
        let scratch = try Scratch()
        let starts = Guarded<[String]>([])
        let proxy = try ChaosProxy(
            address: "ipc://\(scratch.path("proxy"))", bridge: bridge.server.address
        ) { message in
            let text = String(decoding: message.parts[0], as: UTF8.self)
            if text.contains("\"start\"") { starts.withLock { $0.append(text) } }
            return true
        }
        defer { proxy.end() }
        let client = try BridgeClient(address: proxy.address)
        try client.hello(timeout: .seconds(20))
        try client.start(
            session: 7, epoch: 1, actions: ActionSpace(of: try robot()), timeout: .seconds(20))
        let text = try #require(starts.withLock { $0.first })
        #expect(text.contains("\"actions\":{") == (version == 2), "\(text)")
        #expect(text.contains("\"rate_hz\":") == (version == 2), "\(text)")
        bridge.end()
    }

    @Test("A robot that somebody commands is not examined")
    func inUse() throws {
        let bridge = try SimulatedBridge(isLockstep: false)
        let owner = try BridgeClient(address: bridge.server.address)
        try owner.hello(timeout: .seconds(20))
        try owner.start(session: 7, epoch: 1, timeout: .seconds(20))
        let error = #expect(throws: BridgeError.self) {
            _ = try BridgeExaminer(
                address: bridge.server.address, robot: nil, moves: true, patience: .seconds(20))
        }
        #expect("\(String(describing: error))".contains("busy"))
        bridge.end()
    }

    @Test("As a program: a line for each duty, one JSON object, and the exit code")
    func program() throws {
        let scratch = try Scratch()
        let endpoint = "ipc://\(scratch.path("robot"))"
        let robot = try HoneProgram.Running(["sim", "--lockstep", "--endpoint", endpoint])
        try HoneProgram.wait(for: "the robot") {
            FileManager.default.fileExists(atPath: scratch.path("robot"))
        }
        let outcome = try HoneProgram.run(
            ["bridge-test", endpoint, "--motion", "--robot", "sim-widowx"])
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        for duty in BridgeDuty.allCases {
            #expect(outcome.output.contains(" \(duty.rawValue) "), "\(duty)")
        }
        let passes = outcome.output.split(separator: "\n").count { $0.contains("pass ") }
        #expect(
            outcome.output.contains("\n\(passes) of \(passes) duties fulfilled; "),
            "\(outcome.output)")
        let other = try HoneProgram.run(
            ["bridge-test", endpoint, "--json", "--only", "describes", "--robot", "widowx250s"])
        #expect(other.code == 65, "\(other.errors)")
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(other.output.utf8))
        guard case .object(let members) = json else {
            Issue.record("\(other.output)")
            return
        }
        #expect(members["ok"] == .bool(false))
        #expect(other.errors.contains("1 of the 1 duties tested is not"), "\(other.errors)")
        robot.interrupt()
        #expect(try robot.finish().code == 0)
        let nobody = try HoneProgram.run(["bridge-test", "ipc://\(scratch.path("nobody"))"])
        #expect(nobody.code == 69, "\(nobody.errors)")
        let reachable = try HoneProgram.run(["bridge-test", "tcp://192.168.1.2:5570"])
        #expect(reachable.code == 69 && reachable.errors.contains("CURVE"), "\(reachable.errors)")
    }
}
