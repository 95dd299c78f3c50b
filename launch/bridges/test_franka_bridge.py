"""The Franka bridge against a server that speaks SERL's protocol over HTTP (`franka_server.py`).

    .venv-bridges/bin/python -m unittest discover -s launch/bridges

`HONE_SEED` repeats a random test, which prints its seed.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import franka_server  # noqa: E402
import hone_wire as wire  # noqa: E402
from driver import Driver  # noqa: E402
from franka_robot import FrankaRobot, Server, ServerProblem, axes_of, matrix_of, pose_of, quaternion_of  # noqa: E402
from hone_wire import Stop  # noqa: E402
from self_test_agent import Agent  # noqa: E402
from set_points import Limits  # noqa: E402

RATE = 20.0
LIMITS = Limits(
    np.array([0.25, -0.4, 0.02, -1.2, -1.2, -1.2, 0.0]), np.array([0.75, 0.4, 0.6, 1.2, 1.2, 1.2, 1.0]),
    np.array([0.5] * 3 + [1.5] * 3 + [2.5]), np.array([4.0] * 3 + [12.0] * 3 + [50.0]),
)


class AttitudeTests(unittest.TestCase):
    def test_the_tool_that_points_down_is_half_a_turn_about_x(self) -> None:
        self.assertTrue(np.allclose(np.abs(pose_of(np.array([0.4, 0.1, 0.3, 0, 0, 0]))[3:]), [1, 0, 0, 0]))
        # A quarter turn to the left, seen from above: the tool's x points along the base's y.
        turned = matrix_of(np.array(pose_of(np.array([0.4, 0.1, 0.3, 0, 0, math.pi / 2]))[3:]))
        self.assertTrue(np.allclose(turned[:, 0], [0, 1, 0]))
        self.assertTrue(np.allclose(turned[:, 2], [0, 0, -1]))

    def test_places_and_attitudes_survive_the_way_to_the_server_and_back(self) -> None:
        seed = int(os.environ.get("HONE_SEED", time.time_ns() % 1_000_000_000))
        print(f"seed {seed}", file=sys.stderr)
        random = np.random.default_rng(seed)
        for _ in range(300):
            axes = random.uniform(-1.4, 1.4, 6)
            pose = pose_of(axes)
            self.assertAlmostEqual(float(np.linalg.norm(pose[3:])), 1)
            self.assertTrue(np.allclose(axes_of(pose), axes, atol=1e-9), f"seed {seed}: {axes}")
            spoilt = [*pose[:3], *(-1.01 * np.array(pose[3:]))]  # the same turn, not quite of length 1
            self.assertTrue(np.allclose(axes_of(spoilt), axes, atol=1e-9), f"seed {seed}: {axes}")
            matrix = matrix_of(random.standard_normal(4))
            self.assertTrue(np.allclose(matrix_of(quaternion_of(matrix)), matrix, atol=1e-9), f"seed {seed}")


class ServerCase(unittest.TestCase):
    """An arm's server in a thread of its own, and a robot that has begun."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = scratch.name
        self.arm = franka_server.Arm()
        server = franka_server.make(self.arm)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()

        def end() -> None:
            self.arm.hang_at = math.inf
            server.shutdown()
            thread.join()
            server.server_close()

        self.addCleanup(end)
        self.robot = FrankaRobot(
            Server("127.0.0.1", server.server_address[1]), LIMITS, RATE, "franka", "test", "test-0001", "test"
        )
        self.robot.begin()

    def advance(self, place: np.ndarray, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.robot.advance(place)
            time.sleep(0.5 / RATE)


class RobotTests(ServerCase):
    def test_it_holds_where_the_arm_stands_and_follows(self) -> None:
        self.assertTrue(np.allclose(self.arm.poses[0], pose_of(franka_server.START)))
        place = self.robot.position + np.array([0.03, 0, -0.02, 0.1, 0, 0.2, -0.5])
        self.advance(place, 1.5)
        self.assertTrue(np.allclose(self.robot.position, place, atol=5e-3), self.robot.position)
        self.assertTrue(np.allclose(self.robot.features(), [0.5, -0.25, 1.5, 0.0, 0.1, 0.0]))
        self.assertEqual(self.arm.services, [])

    def test_a_server_that_hangs_ages_samples_and_is_then_a_fault(self) -> None:
        self.arm.hang_at = 0.0
        last = self.robot.captured_ns
        with self.assertRaisesRegex(ServerProblem, "has not answered for 0.[5-9] s .*holds its last pose"):
            for _ in range(20):
                self.robot.advance(self.robot.neutral)
                self.assertEqual(self.robot.captured_ns, last)

    def test_a_reflex_is_a_persons_to_clear_and_leaves_no_jump_behind(self) -> None:
        self.arm.reflex_at = 0.0
        with self.assertRaisesRegex(ServerProblem, "stands still 5[0-9] mm .*a person clears a reflex"):
            self.advance(self.robot.position + np.array([0.05, 0, 0, 0, 0, 0, 0]), 5)
        self.assertEqual(self.arm.services, [], "nothing was cleared by itself")
        self.assertTrue(np.allclose(self.arm.goal, self.arm.place, atol=1e-6), "it is sent where it stands")
        self.robot.reset("training", 0)
        self.arm.answer("clearerr", {})
        before = self.arm.place.copy()
        self.robot.advance(self.robot.neutral)
        time.sleep(0.2)
        self.arm.move()
        self.assertTrue(np.allclose(self.arm.place, before, atol=1e-6))

    def test_answers_that_are_none_are_named(self) -> None:
        right = self.arm.answer
        for spoilt, text in (
            ({"pose": [1] * 6}, "no 7 numbers under 'pose'"), ({"pose": [0.0] * 7}, "quaternion"), ("Moved", "no JSON"),
            (None, "answered 404"), ({"vel": [math.nan] * 6}, "no 6 numbers under 'vel'"), ({"gripper_pos": "open"}, "gripper_pos"),
            ({"force": None}, "no 3 numbers under 'force'"),
        ):
            self.arm.answer = lambda route, body, told=spoilt: (  # type: ignore[method-assign]
                right(route, body) | told if route == "getstate" and isinstance(told, dict) else told
            )
            with self.assertRaisesRegex(ServerProblem, text):
                self.robot.begin()


class SessionTests(ServerCase):
    def test_an_agent_that_dies_leaves_an_arm_at_rest(self) -> None:
        bridge = Driver(self.robot, f"ipc://{self.folder}/robot", False, 150.0, program="test")
        thread = threading.Thread(target=bridge.run)
        with contextlib.redirect_stderr(io.StringIO()):
            thread.start()
            try:
                agent = Agent(bridge.address, self.robot)
                agent.hello()
                agent.start()
                place = self.robot.position.tolist()
                for tick in range(12):
                    place[1] += min(0.2, 0.05 * (tick + 1)) / RATE
                    agent.send(agent.command(place, validity_us=150_000))
                    agent.receive(200)
                samples, end = [], time.monotonic() + 1.5
                while time.monotonic() < end:
                    message = agent.receive(200)
                    samples += [message] if isinstance(message, wire.Sample) else []
                agent.socket.close()
            finally:
                bridge.running = False
                thread.join()
        self.assertEqual(samples[-1].stop, Stop.WATCHDOG)
        self.assertGreater(samples[-1].position[1], place[1] - 0.01)
        self.assertLess(samples[-1].position[1], place[1] + 0.03, "it stands where it came to rest, not at a home")
        self.assertLess(abs(samples[-1].velocity[1]), 0.01)
        self.assertTrue(np.allclose(self.arm.poses[-1], self.arm.poses[-2]))
        self.assertEqual(self.arm.services, [])


class ProgramTests(unittest.TestCase):
    def test_without_a_server_it_is_one_line(self) -> None:
        program = subprocess.run(
            [sys.executable, str(HERE / "franka_bridge.py"), "--server", "127.0.0.1:9", "--endpoint", "tcp://127.0.0.1:5999"],
            capture_output=True, text=True, timeout=30,
        )
        self.assertEqual(program.returncode, 69)
        self.assertRegex(program.stderr, r"^franka_bridge: /getstate of 127.0.0.1:9: .*refused\n$")


if __name__ == "__main__":
    unittest.main()
