import Bridge
import Configuration
import Embodiment
import Platform
import Report

/// `hone bridge-test`: a bridge against its duties, a verdict for each.
public enum BridgeTestCommand {
    /// Prints one line a duty.
    ///
    /// - Parameters:
    ///   - secretKey: file with the secret key to speak with, where the bridge encrypts.
    ///   - bridgeKey: the bridge's public key, with it.
    ///   - robot: a robot's name or file that the bridge is to be; nil for any.
    ///   - duties: names of the duties to test; empty for all.
    ///   - moves: also test what needs small motions.
    /// - Throws: `BridgeError` when there is no bridge or somebody commands it, `DutiesNotFulfilled`.
    public static func run(
        endpoint: String, secretKey: String?, bridgeKey: String?, robot: String?,
        duties names: [String], moves: Bool, json: Bool
    ) throws {
        var chosen = BridgeDuty.allCases
        if !names.isEmpty {
            chosen = try names.map { name in
                guard let duty = BridgeDuty(rawValue: name) else {
                    throw ArgumentError(
                        "no duty \(name); there are "
                            + BridgeDuty.allCases.map(\.rawValue).joined(separator: ", "))
                }
                return duty
            }
        }
        var description: RobotDescription?
        if let robot {
            description = try RobotFile.read(robot, in: try ProjectLocation.find())
        }
        let examiner = try BridgeExaminer(
            address: endpoint,
            keys: try AgentKeys.read(secretFile: secretKey, bridgeKey: bridgeKey),
            robot: description, moves: moves)
        let terminal = Terminal.standardOutput()
        if !json { Terminal.writeToStandardOutput(opening(of: examiner)) }
        let findings = examiner.examine(chosen) { finding in
            if !json { Terminal.writeToStandardOutput(finding.text(on: terminal)) }
        }
        let failed = findings.filter { $0.verdict == .fail }
        if json {
            let object: JSONValue = [
                "endpoint": .string(endpoint), "robot": .string(examiner.description.robot),
                "serial": .string(examiner.description.serial),
                "lockstep": .bool(examiner.description.isLockstep), "motion": .bool(moves),
                "ok": .bool(failed.isEmpty), "duties": .array(findings.map(\.json)),
            ]
            Terminal.writeToStandardOutput(object.pretty + "\n")
        } else {
            Terminal.writeToStandardOutput(Self.summary(of: findings) + "\n")
        }
        if !failed.isEmpty {
            throw DutiesNotFulfilled(
                duties: failed.map(\.duty.rawValue),
                tested: findings.count { $0.verdict != .notTested })
        }
    }

    /// How many of the duties that were tested are fulfilled, and why others were not.
    static func summary(of findings: [DutyFinding]) -> String {
        let tested = findings.filter { $0.verdict != .notTested }
        let passed = tested.count { $0.verdict == .pass }
        let others = findings.filter { $0.verdict == .notTested }
        let motions = others.count { $0.came == BridgeExaminer.needsMotion }
        var text = "\(passed) of \(tested.count) duties fulfilled"
        var reasons: [String] = []
        if motions > 0 { reasons.append("\(motions) need --motion") }
        if others.count > motions {
            reasons.append("\(others.count - motions) not tested, for the reasons above")
        }
        if !reasons.isEmpty { text += "; " + reasons.joined(separator: ", ") }
        return text
    }

    private static func opening(of examiner: BridgeExaminer) -> String {
        let described = examiner.description
        var text =
            "\(described.robot) (\(described.serial)) at \(examiner.address), "
            + (described.isLockstep ? "lockstep" : "real time") + "\n"
        if examiner.moves {
            let axes = described.axes.map { axis in
                let distance = NumberText.short(SmallMotion.displacement(of: axis))
                return "\(axis.name) \(distance)\(SmallMotion.symbol(of: axis.unit))"
            }
            text +=
                "moves each axis out and back: \(axes.joined(separator: ", ")); resets the scene\n"
        } else {
            text += "moves nothing: every command holds the measured pose; resets the scene\n"
        }
        return text
    }
}
