"""Environments as strangers write them, and what becomes of them: a part of `gymnasium_bridge --self-test`."""

from __future__ import annotations

import contextlib
import io
import tempfile
import threading
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from driver import Driver
from environments import Gymnasium
from hone_wire import Flag, Sample, Stop
from self_test_agent import Agent, expect
from simulated_robot import Gap, SimulatedRobot

LENGTH = 5
"""Steps until something happens."""


class Odd(gymnasium.Env[Any, Any]):
    """Does one thing otherwise than Gymnasium says."""

    metadata = {"render_fps": 25}
    observation_space = gymnasium.spaces.Box(-10, 10, (3,), np.float32)
    action_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)

    def __init__(self, kind: str = "raise") -> None:
        self.kind = kind

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        super().reset(seed=seed)
        if self.kind == "seed":
            np.random.seed(seed)  # which takes 32 bits
        self.steps = 0
        return np.zeros(3, np.float32), {}

    def step(self, action: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        self.steps += 1
        is_time = self.steps == LENGTH
        if self.kind == "raise" and is_time:
            raise RuntimeError("physics became unstable\nand more")
        shown = np.full(4 if self.kind == "shape" and is_time else 3, self.steps / 10, np.float32)
        if self.kind == "nan" and is_time:
            shown[1] = np.nan
        if self.kind == "array":
            return shown, np.array([0.0]), np.array([False]), np.array([False]), {"is_success": np.array([False])}
        is_success = None if self.kind == "none" else False
        return shown, 0.0, False, self.kind == "truncated" and is_time, {"is_success": is_success}


KINDS = ("raise", "shape", "nan", "truncated", "seed", "array", "none")
for _kind in KINDS:
    gymnasium.register(f"HoneOdd{_kind}-v0", Odd, kwargs={"kind": _kind})


def odd_robot(kind: str) -> SimulatedRobot:
    """A robot of one."""
    world = Gymnasium(f"HoneOdd{kind}-v0", None, None)
    robot = SimulatedRobot(world, None, Gap(frozenset()), 0.0, 0.0, 0)
    robot.reset("demonstration", 0)
    return robot


def check_odd_environments() -> str:
    """What they raise and show is one line and a held robot; an end by time is none of the task's."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        for kind in ("seed", "array", "none"):
            robot = odd_robot(kind)
            for _ in range(2 * LENGTH):
                robot.advance(robot.neutral)
            expect(not robot.terminal and not robot.solved, f"an environment of the kind {kind} goes on")
        robot = odd_robot("truncated")
        for _ in range(2 * LENGTH):
            robot.advance(robot.neutral)
        expect(not robot.terminal, "an episode that was truncated is not terminal")
        expect(np.allclose(robot.features(), LENGTH / 10), "an episode that was truncated goes no further")
        robot.reset("demonstration", 1)
        robot.advance(robot.neutral)
        expect(np.allclose(robot.features(), 0.1), "a reset ends a truncation")
        expect("max_episode_s" in said.getvalue(), "a truncation is told")
        _check_truncation()
        for kind in ("raise", "shape", "nan"):
            _check_fault(kind)
    lines = said.getvalue().splitlines()
    expect("Traceback" not in said.getvalue(), "no traceback")
    faults = [line for line in lines if "the robot is held until a reset" in line]
    expect(len(faults) == 6, f"one line for each of 3 faults, met twice, found {faults}")
    return "odd environments: 3 faults held, 1 truncation, 3 that are let pass"


def _check_truncation() -> None:
    """The sample says it to an agent that knows the flag, and nothing to one of before."""
    for knows in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            driver = Driver(odd_robot("truncated"), f"ipc://{folder}/odd", True, 100.0)
            thread = threading.Thread(target=driver.run)
            thread.start()
            try:
                agent = Agent(f"ipc://{folder}/odd", driver.robot)
                agent.hello(truncated=knows)
                agent.start()
                agent.reset(1, "training", False)
                flags = []
                agent.receive()
                for _ in range(LENGTH + 1):
                    agent.send(agent.command([0.0, 0.0]))
                    sample = agent.receive()
                    expect(isinstance(sample, Sample), f"a sample, found {sample}")
                    flags.append(bool(sample.flags & Flag.TRUNCATED))
                    expect(not sample.flags & Flag.TERMINAL, "what is truncated is not terminal")
                expect(flags == [False] * (LENGTH - 1) + [knows] * 2, f"truncated from step {LENGTH} on, found {flags}")
            finally:
                driver.running = False
                thread.join()


def _check_fault(kind: str) -> None:
    """The command that meets a fault is answered with why and with a held robot; a reset ends it."""
    with tempfile.TemporaryDirectory() as folder:
        endpoint = f"ipc://{folder}/odd"
        driver = Driver(odd_robot(kind), endpoint, True, 100.0)
        thread = threading.Thread(target=driver.run)
        thread.start()
        try:
            agent = Agent(endpoint, driver.robot)
            agent.hello()
            agent.start()
            for seed in (1, 2):
                agent.reset(seed, "training", False)
                sample = agent.receive()
                expect(isinstance(sample, Sample) and sample.stop == Stop.NONE, f"{kind}: a reset robot moves")
                for _ in range(LENGTH):
                    agent.send(agent.command([0.0, 0.0]))
                    answer = agent.receive()
                    if isinstance(answer, dict):
                        break
                expect(isinstance(answer, dict) and answer["code"] == "fault", f"{kind}: an error fault, found {answer}")
                if kind != "nan":  # whose sample cannot be read
                    held = agent.receive()
                    expect(isinstance(held, Sample) and held.stop == Stop.FAULT, f"{kind}: the robot is held")
                else:
                    agent.socket.recv()
                agent.epoch += 1
                agent.sequence = 0
                agent.start()
        finally:
            driver.running = False
            thread.join()
