import Bridge
import Embodiment
import Platform
import Report

/// Holds a bridge against the duties of `WireFormat.md`, from outside, over the real socket.
///
/// Speaks the wire with connections of its own and believes nothing. Without `moves` every command
/// holds the measured pose, and everything that could be misunderstood as a motion is sent while the
/// robot is disabled. One thread.
final class BridgeExaminer {
    let address: String
    /// For encrypted connections; the bridge must have them on its list.
    let keys: AgentKeys?
    let description: BridgeDescription
    /// The robot that the bridge is to be, where somebody says so.
    let robot: RobotDescription?
    let moves: Bool
    let patience: Duration
    let clock = SystemClock()
    /// What came in the present trial that could not be read.
    private let unread = UnreadMessages()

    /// Greets the bridge.
    ///
    /// - Throws: `BridgeError` when there is none, or somebody commands it: an examination stops the
    ///   robot, which must not happen to a session.
    init(
        address: String, keys: AgentKeys? = nil, robot: RobotDescription?, moves: Bool,
        patience: Duration = .seconds(3)
    ) throws {
        let client = try BridgeClient(address: address, keys: keys)
        let description = try client.hello(agent: "hone bridge-test", timeout: patience)
        self.address = address
        self.keys = keys
        self.description = description
        self.robot = robot
        self.moves = moves
        self.patience = patience
        let session = UInt64.random(in: 1...UInt64.max)
        do throws(BridgeError) {
            try client.start(session: session, epoch: 1, timeout: patience)
            try client.release(session: session, epoch: 1, timeout: patience)
        } catch {
            if case .refused(_, .busy, _) = error { throw error }
            // Anything else is a duty's business.
        }
    }

    /// Tests every duty in order.
    ///
    /// - Parameters:
    ///   - chosen: all of them, or some.
    ///   - report: called with each finding as soon as there is one.
    func examine(
        _ chosen: [BridgeDuty] = BridgeDuty.allCases, report: (DutyFinding) -> Void = { _ in }
    ) -> [DutyFinding] {
        var findings: [DutyFinding] = []
        func add(_ finding: DutyFinding) {
            findings.append(finding)
            report(finding)
        }
        // A robot that commands send somewhere else is not commanded any further.
        var drift: String?
        if chosen.contains(where: \.needsStaying), !chosen.contains(.stays) {
            let finding = finding(of: .stays)
            if finding.verdict == .fail {
                drift = finding.came
                add(finding)
            }
        }
        for duty in chosen {
            if let drift, duty.needsStaying {
                add(
                    DutyFinding(
                        duty: duty, verdict: .notTested, sent: "", expected: "",
                        came: "\(BridgeDuty.stays.rawValue) failed: \(drift)"))
                continue
            }
            let finding = finding(of: duty)
            if duty == .stays, finding.verdict == .fail { drift = finding.came }
            add(finding)
        }
        return findings
    }

    /// Examines it, again where a bridge of real time failed while this machine was late itself.
    private func finding(of duty: BridgeDuty) -> DutyFinding {
        if description.isLockstep { return trial(of: duty) }
        var (finding, trials) = WallClockTrials.make {
            trial(of: duty)
        } isGood: {
            $0.verdict != .fail
        }
        if let note = trials.note { finding.came += "; \(note)" }
        return finding
    }

    /// Examines it once.
    func trial(of duty: BridgeDuty) -> DutyFinding {
        if let reason = reasonNotToTest(duty) {
            return DutyFinding(
                duty: duty, verdict: .notTested, sent: "", expected: "", came: reason)
        }
        var trial = DutyTrial()
        unread.begin()
        var verdict = DutyVerdict.pass
        var came = ""
        do {
            try test(duty, &trial)
            came = trial.summary
        } catch let untested as Untestable {
            (verdict, came) = (.notTested, untested.reason)
        } catch let broken as DutyTrial.Broken {
            (verdict, came) = (.fail, broken.came)
        } catch { (verdict, came) = (.fail, "\(error)") }
        if verdict == .fail, let text = unread.text { came += "; \(text)" }
        return DutyFinding(
            duty: duty, verdict: verdict, sent: trial.sent, expected: trial.expected, came: came)
    }

    /// This robot cannot show whether it fulfils a duty.
    struct Untestable: Error {
        let reason: String
    }

    /// Why a duty was not tested that moves the robot.
    static let needsMotion = "moves the robot, needs --motion"

    private func reasonNotToTest(_ duty: BridgeDuty) -> String? {
        if duty.sinceVersion > description.version {
            return "a duty of version \(duty.sinceVersion), this bridge speaks version "
                + "\(description.version)"
        }
        switch duty.schedule {
        case .realtime where description.isLockstep: return "a duty of real time"
        case .lockstep where !description.isLockstep: return "a duty of lockstep"
        default: return duty.needsMotion && !moves ? Self.needsMotion : nil
        }
    }

    private func test(_ duty: BridgeDuty, _ trial: inout DutyTrial) throws {
        switch duty {
        case .describes: try testDescription(&trial)
        case .refusesVersions: try testVersions(&trial)
        case .servesVersionOne: try testVersionOne(&trial)
        case .numbersAnswers: try testNumbers(&trial)
        case .answersEach: try testAnswers(&trial)
        case .startsDisabled: try testDisabled(&trial)
        case .stays: try testStaying(&trial)
        case .keepsTime: try testTime(&trial)
        case .numbersSamples: try testNumbering(&trial)
        case .streams: try testStream(&trial)
        case .keepsPace: try testPace(&trial)
        case .refusesDamage: try testDamage(&trial)
        case .refusesNonFinite: try testNonFinite(&trial)
        case .refusesNonsense: try testNonsense(&trial)
        case .refusesKeys: try testKeys(&trial)
        case .withstandsStrangers: try testStrangers(&trial)
        case .starts: try testStart(&trial)
        case .oneCommander: try testOneCommander(&trial)
        case .guardsSession: try testGuarding(&trial)
        case .hidesSession: try testHiding(&trial)
        case .fencesEpochs: try testEpochs(&trial)
        case .refusesReplays: try testReplays(&trial)
        case .knowsItself: try testRobot(&trial)
        case .fencesSequences: try testSequences(&trial)
        case .refusesExpired: try testExpired(&trial)
        case .keepsStep: try testStep(&trial)
        case .queuesOne: try testQueue(&trial)
        case .brakes: try testBraking(&trial)
        case .resumes: try testResuming(&trial)
        case .stops: try testStops(&trial)
        case .latchesStops: try testLatching(&trial)
        case .notesDeath: try testDeath(&trial)
        case .endsSilence: try testSilence(&trial)
        case .scalesOperator: try testOperator(&trial)
        case .resets: try testResets(&trial)
        case .follows: try testFollowing(&trial)
        case .checksLimits: try testLimits(&trial)
        case .brakesInMotion: try testBrakingInMotion(&trial)
        }
    }

    // MARK: What the tests share

    /// One command period.
    var period: Duration { .seconds(1 / description.commandRateHz) }

    /// A new connection that has said hello.
    func peer() throws -> ExaminerPeer {
        let peer = try stranger()
        let answer = try peer.hello()
        guard case .describe = answer else {
            throw DutyTrial.Broken(
                came: "hello was answered with \(BridgeMessage.text(answer))")
        }
        return peer
    }

    /// A new connection that has said nothing.
    func stranger() throws -> ExaminerPeer {
        try ExaminerPeer(
            address: address, keys: keys, description: description,
            actions: robot.map(ActionSpace.init(of:)) ?? ActionSpace(ofWhole: description),
            patience: patience, unread: unread)
    }

    /// A connection that commands while `body` runs, and gives the robot back after.
    func commanding<Result>(_ body: (ExaminerPeer) throws -> Result) throws -> Result {
        let peer = try peer()
        defer { peer.release() }
        try peer.command()
        return try body(peer)
    }
}
