import Foundation
import Platform
import Testing

@testable import TestSupport

/// The bridge to environments, in its own virtual environment, where that was made (`launch/bridges/setup`).
@Suite(
    "The bridge to Gymnasium environments",
    .enabled(if: Files.exists(HoneProgram.root + "/.venv-bridges/bin/python")))
struct GymnasiumBridgeTests {
    /// What a check of the bridge's own self-test says.
    ///
    /// - Parameter lines: of a program; `folder` is one of its own.
    private func check(_ lines: String) throws -> String {
        let scratch = try Scratch()
        let said = scratch.path("said.txt")
        let child = try ChildProcess.spawn(
            executable: HoneProgram.root + "/.venv-bridges/bin/python",
            arguments: [
                "-c", "import sys\nsys.path.insert(0, sys.argv[1])\nfolder = sys.argv[2]\n" + lines,
                HoneProgram.root + "/launch/bridges", scratch.folder,
            ], output: said, errors: said)
        let code = child.wait()
        let text = try String(contentsOfFile: said, encoding: .utf8)
        #expect(code == 0, "\(text)")
        return text
    }

    @Test(
        "What is truncated is not terminal; what fails is one line and a held robot",
        .byTheWallClock)
    func oddEnvironments() throws {
        let text = try check(
            """
            import odd_environments
            print(odd_environments.check_odd_environments())
            """)
        #expect(text.contains("odd environments: 3 faults held, 1 truncation"), "\(text)")
    }

    @Test("Files that it writes of an environment pass hone check, and are never written over")
    func writtenFiles() throws {
        let scratch = try Scratch()
        let said = scratch.path("said.txt")
        func write() throws -> Int32 {
            try ChildProcess.spawn(
                executable: HoneProgram.root + "/.venv-bridges/bin/python",
                arguments: [
                    HoneProgram.root + "/launch/bridges/gymnasium_bridge.py",
                    "--environment", "Pendulum-v1", "--write-files", scratch.folder,
                ], output: said, errors: said
            ).wait()
        }
        let code = try write()
        let text = try scratch.text("said.txt")
        #expect(code == 0, "\(text)")
        let outcome = try HoneProgram.run(["check"], in: scratch.folder)
        #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.components(separatedBy: "ok    ").count == 4, "\(outcome.output)")
        #expect(try write() == 73)
        #expect(try scratch.text("said.txt").contains("is there and stays as it is"))
    }

    @Test(
        "A bridge whose machine was suspended stops itself until a start, and says why",
        .byTheWallClock)
    func suspended() throws {
        let text = try check(
            """
            import self_test
            from environments import Gymnasium
            from simulated_robot import Gap, SimulatedRobot
            world = Gymnasium("reach_arm:ReachArm-v0", None, None)
            robot = SimulatedRobot(world, None, Gap(frozenset()), 0.0, 0.0, 0)
            robot.reset("demonstration", 0)
            print(self_test.check_suspension(robot, f"ipc://{folder}/robot"))
            """)
        #expect(text.contains("suspended for 2 h 3 min"), "\(text)")
        #expect(text.contains("stops itself until a start"), "\(text)")
    }
}
