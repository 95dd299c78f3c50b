import Bridge
import Configuration
import Platform

/// A robot's calibration and its first launch file, as far as a bridge can tell them.
struct LaunchDraft {
    private let bridge: BridgeDescription
    private let endpoint: String
    /// The keys' words of `bridge.curve`; nil where the connection has none.
    private let curve: (secretKey: String, bridgeKey: String)?

    init(
        _ bridge: BridgeDescription, endpoint: String,
        curve: (secretKey: String, bridgeKey: String)?
    ) {
        (self.bridge, self.endpoint, self.curve) = (bridge, endpoint, curve)
    }

    /// `calibration/SERIAL.yaml`.
    ///
    /// - Parameter date: of today, 2026-03-31.
    func calibration(date: String) -> String {
        let offsets = bridge.axes.map { "\($0.keyUnit.position($0.name)): 0" }
        return """
            # Written by hone init. DECIDE: measure this machine, and write what is to be added to each measured position.
            schema: calibration/1
            robot: \(bridge.robot)
            date: \(date)
            tool: none yet
            axis_offsets: {\(offsets.joined(separator: ", "))}

            """
    }

    /// `launch/NAME.yaml`.
    var launch: String {
        let schedule = bridge.isLockstep ? "lockstep" : "realtime"
        var connection = ["  endpoint: \(RobotDraft.quoted(endpoint))"]
        if let curve {
            connection += [
                "  curve:", "    secret_key: \(RobotDraft.quoted(curve.secretKey))",
                "    bridge_key: '\(curve.bridgeKey)'",
            ]
        }
        let demonstrations =
            bridge.hasOperator
            ? "  demonstrations: 20"
            : "  demonstrations: 0 # this bridge has no operator: bring data (hone episodes import, --data)"
        return """
            # Written by hone init. Every key is explained in launch/KEYS.md, and by hone check --keys.
            schema: launch/1
            summary: \(RobotDraft.quoted("\(bridge.robot): \(bridge.task)"))
            robot: \(bridge.robot)
            calibration: \(bridge.serial)

            task:
              name: \(taskName)
              instruction: \(RobotDraft.quoted(bridge.task.isEmpty ? "Do the task." : bridge.task)) # DECIDE: one sentence, for a person and for policies that read
              max_episode_s: 20 # DECIDE: an attempt that has not succeeded by then has failed
              # Who says that it is accomplished is the bridge, with the flag of a sample.

            bridge:
            \(connection.joined(separator: "\n"))
              reset_s: 60 # DECIDE: how long preparing the scene may take

            schedule: \(schedule)
            seed: 0
            preset: default

            session:
            \(demonstrations)
              evaluation_episodes: 20 # before and after; 73 in a row without a failure prove 95 %
              robot_minutes: 40
              max_online_episodes: 400
              workers: 1 # the other core is for the robot
              directory: sessions
              swap_at: \(bridge.isLockstep ? "episode" : "step")

            """
    }

    /// What the bridge calls the task, as a name.
    private var taskName: String {
        let words = bridge.task.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let name = words.prefix(6).joined(separator: "-").prefix(48)
        return name.isEmpty ? "task" : String(name)
    }
}
