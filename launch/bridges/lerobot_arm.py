"""A robot of the tests: six joints and a leader in LeRobot's own terms, with the faults that real ones have.

It subclasses LeRobot's `Robot` and `Teleoperator`, those of the installed library or of `stand_in/`. Both sit in one
process and share `WORLD`, as a person who sees the arm does.

    lerobot_bridge --type lerobot_arm:Arm --id test --leader-type lerobot_arm:Person --scene lerobot_arm:Reach …
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from lerobot.robots import Robot, RobotConfig
from lerobot.teleoperators import Teleoperator, TeleoperatorConfig

JOINTS = ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")
STEP = 360.0 / 4095
"""Degrees of an encoder's step."""


class Mode(Enum):
    """As LeRobot's MotorNormMode, of which the names count."""

    DEGREES = "degrees"
    RANGE_M100_100 = "range_m100_100"
    RANGE_0_100 = "range_0_100"


class World:
    """What the arm's tests share: the arm that was made last, and where it is to go."""

    arm: Arm | None = None
    goal: dict[str, float] = {}


WORLD = World()


@RobotConfig.register_subclass("hone_test_arm")
@dataclass
class ArmConfig(RobotConfig):
    """`lag_s` of the drives; every `drop_every`th reading raises once, from `silent_after_s` on all do, and from
    `unplug_after_s` on the line is gone; `stuck` names a joint that does not move; `other_calibration` is the motors'."""

    port: str = "none"
    disable_torque_on_disconnect: bool = True
    use_degrees: bool = False
    lag_s: float = 0.05
    drop_every: int = 0
    silent_after_s: float = math.inf
    unplug_after_s: float = math.inf
    stuck: str = ""
    other_calibration: bool = False
    asks: bool = False
    starts_at: float = 0.0


@TeleoperatorConfig.register_subclass("hone_test_person")
@dataclass
class PersonConfig(TeleoperatorConfig):
    """A leader arm in the hand of somebody who sees where the arm is to go; `joints` fewer than the arm's is a mistake."""

    use_degrees: bool = False
    joints: int = len(JOINTS)


def bus(degrees: bool, calibration: dict[str, Any]) -> SimpleNamespace:
    """The motors as LeRobot's buses tell them."""
    body = Mode.DEGREES if degrees else Mode.RANGE_M100_100
    kinds = {joint: body for joint in JOINTS} | {"gripper": Mode.RANGE_0_100}
    return SimpleNamespace(
        motors={joint: SimpleNamespace(model="sts3215", norm_mode=kind) for joint, kind in kinds.items()},
        calibration=calibration, model_resolution_table={"sts3215": 4096},
    )


class Arm(Robot):
    """Follows its goals with a lag, by the wall clock; its encoders have 4096 steps a turn."""

    config_class = ArmConfig
    name = "hone_test_arm"

    def __init__(self, config: ArmConfig) -> None:
        super().__init__(config)
        self.config = config
        self.bus = bus(config.use_degrees, self.calibration)
        self.goals = np.full(len(JOINTS), config.starts_at)
        self.places = self.goals.copy()
        self.is_torque_on = True
        self.sent: list[dict[str, float]] = []
        self._connected_at: float | None = None
        self._moved_at = time.monotonic()
        self._readings = 0
        WORLD.arm = self

    @property
    def observation_features(self) -> dict[str, Any]:
        return {f"{joint}.pos": float for joint in JOINTS}

    @property
    def action_features(self) -> dict[str, Any]:
        return self.observation_features

    @property
    def is_connected(self) -> bool:
        return self._connected_at is not None and self._age() < self.config.unplug_after_s

    @property
    def is_calibrated(self) -> bool:
        return not self.config.other_calibration

    def connect(self, calibrate: bool = True) -> None:
        if calibrate or self.config.asks:
            input("Move the arm to the middle of its range and press ENTER")
        self._connected_at = time.monotonic()

    def calibrate(self) -> None:
        raise AssertionError("nobody calibrates here")

    def configure(self) -> None:
        pass

    def get_observation(self) -> dict[str, Any]:
        self._check_line()
        self._readings += 1
        if self.config.drop_every and self._readings % self.config.drop_every == 0 or self._age() > self.config.silent_after_s:
            raise ConnectionError("Failed to sync read 'Present_Position' on ids=[1, 2, 3, 4, 5, 6] after 1 tries.")
        self._move()
        return {f"{joint}.pos": round(place / STEP) * STEP for joint, place in zip(JOINTS, self.places)}

    def send_action(self, action: dict[str, Any]) -> dict[str, Any]:
        self._check_line()
        self._move()
        self.sent.append(dict(action))
        self.goals = np.array([action[f"{joint}.pos"] for joint in JOINTS])
        return action

    def disconnect(self) -> None:
        self._connected_at = None
        self.is_torque_on = not self.config.disable_torque_on_disconnect

    def _age(self) -> float:
        return time.monotonic() - (self._connected_at or time.monotonic())

    def _check_line(self) -> None:
        if self._age() > self.config.unplug_after_s:
            raise OSError(5, "Input/output error")

    def _move(self) -> None:
        now = time.monotonic()
        share = 1 - math.exp(-(now - self._moved_at) / self.config.lag_s) if self.config.lag_s else 1.0
        self._moved_at = now
        free = np.array([joint != self.config.stuck for joint in JOINTS])
        self.places = self.places + share * free * (self.goals - self.places)


class Person(Teleoperator):
    """Holds a leader arm at what `WORLD` is to reach."""

    config_class = PersonConfig
    name = "hone_test_person"

    def __init__(self, config: PersonConfig) -> None:
        super().__init__(config)
        self.bus = bus(config.use_degrees, self.calibration)
        self._joints = JOINTS[: config.joints]
        self.is_connected_now = False

    @property
    def action_features(self) -> dict[str, Any]:
        return {f"{joint}.pos": float for joint in self._joints}

    @property
    def feedback_features(self) -> dict[str, Any]:
        return {}

    @property
    def is_connected(self) -> bool:
        return self.is_connected_now

    @property
    def is_calibrated(self) -> bool:
        return True

    def connect(self, calibrate: bool = True) -> None:
        self.is_connected_now = True

    def calibrate(self) -> None:
        pass

    def configure(self) -> None:
        pass

    def get_action(self) -> dict[str, Any]:
        here = {f"{joint}.pos": place for joint, place in zip(JOINTS, WORLD.arm.goals if WORLD.arm else np.zeros(len(JOINTS)))}
        return {key: WORLD.goal.get(key, here[key]) for key in self.action_features}

    def send_feedback(self, feedback: dict[str, Any]) -> None:
        raise NotImplementedError

    def disconnect(self) -> None:
        self.is_connected_now = False


class Reach:
    """The task of the tests: three joints are to be at three places, within 0.1 rad for 0.3 s."""

    feature_names = [(f"goal.{joint}", "rad") for joint in JOINTS[:3]]

    def __init__(self) -> None:
        self.solved = self.terminal = False
        self._goal = [0.3, 0.3, 0.3]
        self._near_since: float | None = None

    def look(self, position: dict[str, float]) -> list[float]:
        off = max(abs(position[joint] - goal) for joint, goal in zip(JOINTS, self._goal))
        now = time.monotonic()
        self._near_since = (self._near_since or now) if off < 0.1 else None
        self.solved = self.solved or self._near_since is not None and now - self._near_since > 0.3
        return list(self._goal)

    def reset(self, purpose: str, seed: int) -> float:
        random = np.random.default_rng([seed, len(purpose)])
        # Never where the arm stands at home.
        self._goal = (random.choice([-1.0, 1.0], 3) * random.uniform(0.15, 0.5, 3)).tolist()
        WORLD.goal = {f"{joint}.pos": math.degrees(goal) for joint, goal in zip(JOINTS, self._goal)}
        self.solved, self._near_since = False, None
        return 0.0


def write_calibration(folder: Path, name: str, identity: str) -> None:
    """The calibration that a person would have made: nearly the whole range of each joint."""
    half = {"shoulder_pan": 112, "shoulder_lift": 102, "elbow_flex": 98, "wrist_flex": 97, "wrist_roll": 180, "gripper": 50}
    motors = {
        joint: {
            "id": index + 1, "drive_mode": 0, "homing_offset": 0,
            "range_min": round(2047.5 - degrees / STEP), "range_max": round(2047.5 + degrees / STEP),
        }
        for index, (joint, degrees) in enumerate(half.items())
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{identity}.json").write_text(json.dumps(motors))
