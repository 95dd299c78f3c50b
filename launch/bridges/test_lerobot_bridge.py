"""The LeRobot bridge without LeRobot: its own logic on the robot of `lerobot_arm.py`, over `stand_in/`.

    .venv-bridges/bin/python -m unittest discover -s launch/bridges
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "stand_in")]

import hone_wire as wire  # noqa: E402
import lerobot_arm  # noqa: E402
import lerobot_devices as devices  # noqa: E402
import lerobot_units as units  # noqa: E402
from driver import Driver  # noqa: E402
from hone_wire import Flag, Stop  # noqa: E402
from lerobot_arm import Arm, ArmConfig, Person, PersonConfig  # noqa: E402
from lerobot_line import RobotLost  # noqa: E402
from lerobot_robot import Leader, LeRobotRobot  # noqa: E402
from lerobot_units import Unsuitable  # noqa: E402
from self_test_agent import Agent  # noqa: E402

RATE = 30.0


class UnitTests(unittest.TestCase):
    def axes(self, features: dict[str, Any], told: str | None, known: dict[str, units.Motor] | None = None) -> list[units.Axis]:
        return units.make_axes(features, known or {}, told, {"elbow": (-90.0, 45.0)}, 2.0, 15.0)

    def test_each_of_lerobots_units(self) -> None:
        known = {
            "pan": units.Motor("DEGREES", 90.0), "roll": units.Motor("RANGE_M100_100", 90.0),
            "gripper": units.Motor("RANGE_0_100", 40.0),
        }
        pan, roll, gripper = self.axes({f"{name}.pos": float for name in known}, None, known)
        self.assertEqual((pan.name, pan.unit), ("pan", "rad"))
        self.assertAlmostEqual(pan.upper, math.pi / 2)
        self.assertAlmostEqual(180 * pan.scale, math.pi)
        self.assertEqual((roll.unit, roll.lower, roll.upper, roll.scale), ("1", -1.0, 1.0, 0.01))
        self.assertEqual((gripper.unit, gripper.lower, gripper.upper, gripper.scale), ("1", 0.0, 1.0, 0.01))

    def test_a_base_is_commanded_by_its_velocity(self) -> None:
        x, theta = self.axes({"x.vel": float, "theta.vel": float}, None)
        self.assertEqual(x.described()["unit"], "m/s")
        self.assertEqual(theta.described()["control_space"], "base_velocity")
        self.assertAlmostEqual(60 * theta.scale, theta.upper)
        self.assertIn("jerk", theta.described())

    def test_what_lerobot_does_not_tell_is_asked_for(self) -> None:
        with self.assertRaisesRegex(Unsuitable, "--units degrees"):
            self.axes({"elbow.pos": float}, None)
        with self.assertRaisesRegex(Unsuitable, "--range hip=LOWER:UPPER"):
            self.axes({"hip.pos": float}, "degrees")
        with self.assertRaisesRegex(Unsuitable, "elbow.torque"):
            self.axes({"elbow.torque": float}, "degrees")
        elbow = self.axes({"elbow.pos": float}, "degrees")[0]
        self.assertAlmostEqual(elbow.lower, -math.pi / 2)


class ArmCase(unittest.TestCase):
    """A folder with a calibration, and an arm."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        lerobot_arm.write_calibration(self.folder, "", "test")
        lerobot_arm.WORLD.goal = {}

    def arm(self, **settings: Any) -> Arm:
        config = {"id": "test", "calibration_dir": self.folder, "use_degrees": True} | settings
        return Arm(ArmConfig(**config))

    def robot(self, arm: Arm, leader: Leader | None = None, scene: Any = None) -> LeRobotRobot:
        axes = self.axes(arm)
        devices.connect(arm, "robot", "test")
        robot = LeRobotRobot(arm, axes, RATE, "test", "test-0001", "test", scene, leader)
        robot.begin()
        self.addCleanup(robot.close)
        return robot

    @staticmethod
    def axes(arm: Arm) -> list[units.Axis]:
        return units.make_axes(arm.action_features, units.motors(arm), None, {}, 2.0, 15.0)


class DeviceTests(ArmCase):
    def make(self, **settings: Any) -> Any:
        return devices.make("robots", "hone_test_arm", {"id": "test", "calibration_dir": self.folder} | settings, False)

    def test_a_class_of_ones_own_gets_degrees_and_keeps_its_torque(self) -> None:
        arm = devices.make("robots", "lerobot_arm:Arm", {"id": "test", "calibration_dir": self.folder}, False)
        self.assertTrue(arm.config.use_degrees)
        self.assertFalse(arm.config.disable_torque_on_disconnect)
        self.assertEqual(len(devices.check_calibration(arm, "robot", "lerobot_arm:Arm")), 8)

    def test_what_is_not_there_is_named_with_what_is(self) -> None:
        with self.assertRaisesRegex(Unsuitable, "no robot 'so99'.*hone_test_arm"):
            devices.make("robots", "so99", {}, False)
        with self.assertRaisesRegex(Unsuitable, "no setting prot; it has .*port"):
            devices.make("robots", "lerobot_arm:Arm", {"prot": "x"}, False)
        with self.assertRaisesRegex(Unsuitable, "cannot import nowhere:Robot"):
            devices.make("robots", "nowhere:Robot", {}, False)

    def test_an_arm_without_a_calibration_is_refused_before_it_is_connected(self) -> None:
        with self.assertRaisesRegex(Unsuitable, "run lerobot-calibrate --robot.type=hone_test_arm .* --robot.id=other once"):
            devices.check_calibration(self.arm(id="other"), "robot", "hone_test_arm")

    def test_motors_with_another_calibration_are_refused_and_let_go(self) -> None:
        arm = self.arm(other_calibration=True)
        with self.assertRaisesRegex(Unsuitable, "another calibration than the file"):
            devices.connect(arm, "robot", "test")
        self.assertFalse(arm.is_connected)

    def test_a_question_is_an_error_and_never_waits(self) -> None:
        import builtins

        self.addCleanup(setattr, builtins, "input", builtins.input)
        devices.refuse_questions()
        with self.assertRaisesRegex(Unsuitable, "asked for an answer at the terminal.*middle of its range"):
            devices.connect(self.arm(asks=True), "robot", "test")


class RobotTests(ArmCase):
    def test_it_stays_where_it_stands_and_sends_lerobots_numbers(self) -> None:
        arm = self.arm(starts_at=20.0)
        robot = self.robot(arm)
        self.assertAlmostEqual(robot.position[0], math.radians(20), delta=2e-3)
        self.assertAlmostEqual(robot.position[5], 0.2, delta=1e-3)
        self.assertAlmostEqual(arm.sent[-1]["shoulder_pan.pos"], 20, delta=0.1)
        robot.advance(robot.position + np.array([0.001, 0, 0, 0, 0, 0.001]))
        self.assertAlmostEqual(arm.sent[-1]["shoulder_pan.pos"], math.degrees(robot.position[0]) + 0.0573, delta=0.1)

    def test_a_pose_outside_the_calibrated_range_is_refused(self) -> None:
        with self.assertRaisesRegex(Unsuitable, "shoulder_pan stands at 2.*--units or --range are wrong"):
            self.robot(self.arm(starts_at=130.0))

    def test_a_reading_that_fails_once_is_made_again(self) -> None:
        robot = self.robot(self.arm(drop_every=2))
        times = set()
        for _ in range(40):
            robot.advance(robot.neutral)
            times.add(robot.captured_ns)
        self.assertGreater(len(times), 30, "every second reading fails, and hardly any is missing")

    def test_a_silent_robot_ages_its_samples_and_is_then_a_fault(self) -> None:
        robot = self.robot(arm := self.arm())
        arm.config.silent_after_s = 0.0
        last, began = robot.captured_ns, time.monotonic()
        with self.assertRaisesRegex(RobotLost, "has not answered for 0.5 s .*hold their last goal"):
            while time.monotonic() - began < 5:
                robot.advance(robot.neutral)
                self.assertEqual(robot.captured_ns, last)
                time.sleep(0.01)

    def test_the_same_reading_again_is_none(self) -> None:
        robot = self.robot(arm := self.arm())
        last = arm.get_observation()
        arm.get_observation = lambda: last  # type: ignore[method-assign]  as LeKiwi's client does
        robot.advance(robot.neutral)
        times, began = set(), time.monotonic()
        with self.assertRaisesRegex(RobotLost, "nothing new came from it"):
            while time.monotonic() - began < 5:
                robot.advance(robot.neutral)
                times.add(robot.captured_ns)
        self.assertLessEqual(len(times), 2)

    def test_a_pulled_plug_is_one_sentence_and_no_reset_brings_it_back(self) -> None:
        robot = self.robot(arm := self.arm())
        arm.config.unplug_after_s = 0.0
        with self.assertRaisesRegex(RobotLost, "line to the robot is gone .*USB plug.*start this bridge again"):
            robot.advance(robot.neutral)
        with self.assertRaises(RobotLost):
            robot.reset("training", 0)

    def test_velocities_are_the_slope_of_positions(self) -> None:
        robot = self.robot(self.arm(lag_s=0.0))
        place = robot.position.copy()
        for tick in range(25):
            place[0] += min(0.5, 0.4 * (tick + 1)) / RATE
            robot.advance(place)
            time.sleep(1 / RATE)
        self.assertAlmostEqual(robot.velocity[0], 0.5, delta=0.15)

    def test_before_it_ends_it_comes_to_rest(self) -> None:
        robot = self.robot(arm := self.arm())
        place = robot.position.copy()
        for tick in range(15):
            place[0] += min(1.5, 0.4 * (tick + 1)) / RATE
            robot.advance(place)
        robot.come_to_rest()
        goals = [sent["shoulder_pan.pos"] for sent in arm.sent]
        steps = np.diff(goals[-5:])
        self.assertTrue(np.all(np.diff(np.abs(np.diff(goals[15:]))) <= 1e-6), "slower and slower")
        self.assertLess(abs(steps[-1]), math.degrees(15 / RATE**2) + 1e-6)
        robot.close()
        self.assertFalse(arm.is_connected)


class LeaderTests(ArmCase):
    def leader(self, arm: Arm, **settings: Any) -> Leader:
        return Leader(Person(PersonConfig(**{"use_degrees": True, "calibration_dir": self.folder} | settings)), self.axes(arm), None)

    def test_its_pose_is_the_action_in_the_box_that_start_tells(self) -> None:
        arm = self.arm()
        leader, axes = self.leader(arm), self.axes(arm)
        lerobot_arm.WORLD.goal = {"shoulder_pan.pos": math.degrees(0.5), "gripper.pos": 25.0}
        self.assertIsNone(leader.action({}, np.zeros(6)), "what it does not tell is no pose")
        leader.take_actions(wire.Actions(10.0, tuple(
            wire.Box("delta", -0.2, 0.2) if axis.name == "elbow_flex" else wire.Box("absolute", axis.lower / 2, axis.upper)
            for axis in axes
        )))
        set_point = np.zeros(6)
        set_point[2] = 0.1  # the leader's elbow is at 0
        action = leader.action(leader.device.get_action(), set_point)
        low, high = axes[0].lower / 2, axes[0].upper
        self.assertAlmostEqual(low + (action[0] + 1) / 2 * (high - low), 0.5)
        self.assertAlmostEqual(action[2], -0.5)
        self.assertAlmostEqual(action[5], -0.5)

    def test_a_leader_of_another_kind_is_refused(self) -> None:
        with self.assertRaisesRegex(Unsuitable, "no joint gripper; it has elbow_flex.pos"):
            self.leader(self.arm(), joints=5)
        with self.assertRaisesRegex(Unsuitable, "in 1, of the robot in rad"):
            self.leader(self.arm(), use_degrees=False)

    def test_actions_that_do_not_fit_the_axes_say_nothing(self) -> None:
        box = {"name": "a", "kind": "delta", "low": -1, "high": 1}
        good = {"actions": {"rate_hz": 10, "axes": [box]}}
        self.assertEqual(wire.operator_actions(good, ["a"]), wire.Actions(10.0, (wire.Box("delta", -1.0, 1.0),)))
        for spoilt in (
            {"actions": {"rate_hz": 10, "axes": [box | {"low": 1}]}}, {"actions": {"rate_hz": 0, "axes": [box]}}, {},
            {"actions": {"rate_hz": 10, "axes": [box | {"kind": "jump"}]}}, {"actions": {"axes": [box]}}, {"actions": 3},
            {"actions": {"rate_hz": 10, "axes": [box | {"high": "1"}]}}, {"actions": {"rate_hz": 10, "axes": [3]}},
        ):
            self.assertIsNone(wire.operator_actions(spoilt, ["a"]), spoilt)
        self.assertIsNone(wire.operator_actions(good, ["b"]))


class SessionTests(ArmCase):
    """A session over a real socket."""

    def serve(self, robot: LeRobotRobot) -> tuple[Driver, Agent]:
        bridge = Driver(robot, f"ipc://{self.folder}/robot", False, 100.0, program="test")
        thread = threading.Thread(target=bridge.run)
        self.said = io.StringIO()
        redirected = contextlib.redirect_stderr(self.said)
        redirected.__enter__()
        thread.start()

        def end() -> None:
            bridge.running = False
            thread.join()
            redirected.__exit__(None, None, None)

        self.addCleanup(end)
        agent = Agent(bridge.address, robot)
        self.addCleanup(agent.socket.close)
        return bridge, agent

    def samples(self, agent: Agent, seconds: float) -> list[wire.Sample]:
        found, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            message = agent.receive(100)
            found += [message] if isinstance(message, wire.Sample) else []
        return found

    def test_an_agent_that_dies_leaves_an_arm_at_rest_with_torque(self) -> None:
        arm = self.arm()
        robot = self.robot(arm)
        _, agent = self.serve(robot)
        self.assertEqual(agent.hello()["axes"][0]["name"], "shoulder_pan")
        agent.start()
        place = robot.position.tolist()
        for tick in range(20):
            place[0] += min(1.0, 0.2 * (tick + 1)) / RATE
            agent.send(agent.command(place, validity_us=100_000))
            agent.receive(100)
        self.assertGreater(abs(self.samples(agent, 0.05)[-1].velocity[0]), 0.1)
        after = self.samples(agent, 1.0)
        self.assertEqual(after[-1].stop, Stop.WATCHDOG)
        self.assertTrue(arm.is_torque_on)
        self.assertAlmostEqual(after[-1].position[0], after[-5].position[0], delta=2e-3)
        goals = [sent["shoulder_pan.pos"] for sent in arm.sent]
        self.assertLess(abs(goals[-1] - goals[-2]), 1e-9)
        self.assertLess(abs(math.radians(goals[-1]) - place[0]), 0.2, "it stands where it came to rest, not at a home")
        agent.send(agent.command(after[-1].position, validity_us=100_000))
        self.assertIn(Stop.NONE, {sample.stop for sample in self.samples(agent, 0.3)})

    def test_a_persons_action_comes_with_the_sample_where_it_is_asked_for(self) -> None:
        arm = self.arm()
        leader = Leader(Person(PersonConfig(use_degrees=True, calibration_dir=self.folder)), self.axes(arm), None)
        robot = self.robot(arm, leader, lerobot_arm.Reach())
        _, agent = self.serve(robot)
        told = agent.hello()
        self.assertTrue(told["operator"])
        boxes = [{"name": axis["name"], "kind": "absolute", "low": axis["lower"], "high": axis["upper"]} for axis in told["axes"]]
        agent.start(actions={"rate_hz": 10, "axes": boxes})
        agent.reset(3, "demonstration", True)
        sample = self.samples(agent, 0.2)[-1]
        self.assertTrue(sample.flags & Flag.OPERATOR)
        goal = boxes[0]["low"] + (sample.operator[0] + 1) / 2 * (boxes[0]["high"] - boxes[0]["low"])
        self.assertAlmostEqual(goal, sample.features[0], places=5)

    def test_a_pulled_plug_stops_the_session_and_says_why(self) -> None:
        arm = self.arm()
        _, agent = self.serve(self.robot(arm))
        agent.hello()
        agent.start()
        arm.config.unplug_after_s = 0.0
        said, last = [], None
        for _ in range(20):
            message = agent.receive(200)
            if isinstance(message, dict):
                said.append(message)
            elif message is not None:
                last = message
        self.assertEqual(last.stop, Stop.FAULT)
        self.assertIn("USB plug", said[0]["message"])
        self.assertEqual(said[0]["code"], "fault")
        self.assertGreater(last.send_ns - last.capture_ns, 1e8, "what could not be read keeps its time")
        self.assertEqual(agent.reset(1, "training", False)["code"], "fault")


class ProgramTests(ArmCase):
    def run_program(self, *words: str) -> subprocess.Popen[str]:
        home = self.folder / "home"
        lerobot_arm.write_calibration(home / "calibration" / "robots" / "hone_test_arm", "", "test")
        lerobot_arm.write_calibration(home / "calibration" / "teleoperators" / "hone_test_person", "", "test")
        environment = os.environ | {"HF_LEROBOT_HOME": str(home), "PYTHONPATH": f"{HERE}:{HERE / 'stand_in'}"}
        return subprocess.Popen(
            [sys.executable, str(HERE / "lerobot_bridge.py"), "--type", "lerobot_arm:Arm", *words], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        )

    def test_it_describes_without_a_robot(self) -> None:
        out, errors = self.run_program("--id", "test", "--robot", "so101", "--describe").communicate(timeout=30)
        told = json.loads(out)
        self.assertEqual((told["robot"], told["command_rate_hz"], told["operator"]), ("so101", 30.0, False), errors)
        self.assertRegex(told["serial"], r"^test-[0-9a-f]{8}$")

    def test_mistakes_are_one_line_and_a_code(self) -> None:
        for words, code, text in (
            (("--id", "test"), 64, "--endpoint is required"),
            (("--id", "test", "--endpoint", "tcp://0.0.0.0:5555"), 64, "needs CURVE keys"),
            (("--id", "nobody", "--endpoint", "ipc://{}/robot"), 69, "no calibration of lerobot_arm:Arm"),
            (("--id", "test", "--config", "asks=true", "--endpoint", "ipc://{}/robot"), 69, "asked for an answer"),
            (("--id", "test", "--scene", "nowhere:Scene", "--endpoint", "ipc://{}/robot"), 69, "cannot import --scene"),
        ):
            program = self.run_program(*(word.format(self.folder) for word in words))
            _, errors = program.communicate(timeout=30)
            self.assertEqual(program.returncode, code, errors)
            self.assertIn(text, errors.splitlines()[-1])
            self.assertNotIn("Traceback", errors)

    def test_a_signal_ends_it_in_order(self) -> None:
        program = self.run_program("--id", "test", "--endpoint", f"ipc://{self.folder}/robot")
        deadline = time.monotonic() + 20
        while not (self.folder / "robot").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.2)
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=30)
        self.assertEqual(program.returncode, 0, errors)
        self.assertIn("torque stays on", errors)


if __name__ == "__main__":
    unittest.main()
