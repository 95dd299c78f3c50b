import Foundation
import Platform

/// A robot in a process of its own: the simulator, or a Gymnasium environment behind the Python bridge.
final class BridgeProgram {
    /// Which, and how its time goes.
    enum Kind: String, CaseIterable, Sendable {
        case simulator, simulatorInLockstep, python, pythonInLockstep

        /// Those that can be run here: Python has a virtual environment of its own (`launch/bridges/setup`).
        static var here: [Kind] {
            let hasPython = Files.exists(BridgeProgram.python)
            return allCases.filter { hasPython || ($0 != .python && $0 != .pythonInLockstep) }
        }

        var isLockstep: Bool { self == .simulatorInLockstep || self == .pythonInLockstep }
    }

    let address: String
    private let child: ChildProcess
    private let scratch: Scratch
    private static let python = HoneProgram.root + "/.venv-bridges/bin/python"

    init(_ kind: Kind) throws {
        scratch = try Scratch()
        address = "ipc://\(scratch.path("robot"))"
        let words =
            switch kind {
            case .simulator: [HoneProgram.path, "sim", "--reset-seconds", "0.05"]
            case .simulatorInLockstep: [HoneProgram.path, "sim", "--lockstep"]
            case .python, .pythonInLockstep:
                [
                    Self.python, HoneProgram.root + "/launch/bridges/gymnasium_bridge.py",
                    "--environment", "reach_arm:ReachArm-v0",
                    kind.isLockstep ? "--lockstep" : "--realtime",
                ]
            }
        child = try ChildProcess.spawn(
            executable: words[0], arguments: Array(words.dropFirst()) + ["--endpoint", address],
            output: scratch.path("said"), errors: scratch.path("said"))
        let path = scratch.path("robot")
        try HoneProgram.wait(for: "the robot's socket") { Files.exists(path) }
    }

    /// What it has said so far.
    var said: String { (try? scratch.text("said")) ?? "" }

    /// Whether it still runs.
    var isRunning: Bool { child.isRunning }

    deinit {
        child.terminate()
        if child.wait(timeout: .seconds(5)) == nil { child.kill() }
        _ = child.wait()
    }
}
