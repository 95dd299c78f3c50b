"""A world as a robot: its deployment gap, its demonstrator's noise, one command period as the unit of time."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hone_wire as wire
from environments import start_seed, State, UnsuitableEnvironment, Vector, World


@dataclass
class Gap:
    """How the deployed robot differs from the one the demonstrations were given on.

    Applies to the purposes named; the success of a task is always judged by the true state.
    """

    purposes: frozenset[str] = frozenset(("evaluation", "training"))
    observation_offset: dict[int, float] = field(default_factory=dict)
    action_scale: float = 1.0
    action_bias: dict[int, float] = field(default_factory=dict)

    def reported(self, features: Vector) -> Vector:
        """The features as a mis-calibrated sensor reports them."""
        reported = features.copy()
        for index, offset in self.observation_offset.items():
            reported[index] += offset
        return reported


class SimulatedRobot:
    """A `driver.Robot`: a world, its deployment gap, its demonstrator's noise, one command period as the unit of time."""

    control_space = "environment_action"
    captured_ns = None

    def __init__(
        self, world: World, command_rate: float | None, gap: Gap, noise: float,
        noise_seconds: float, salt: int,
    ) -> None:
        self.world, self.gap = world, gap
        for count, most, what in (
            (len(world.axis_names), wire.MAXIMUM_AXES, "numbers in its action"),
            (len(world.feature_names), wire.MAXIMUM_FEATURES, "numbers in its observation"),
        ):
            if count > most:
                raise UnsuitableEnvironment(f"{world.task} has {count} {what}; a robot of Hone has at most {most}")
        self.rate = command_rate or world.step_rate
        ratio = world.step_rate / self.rate
        if ratio < 0.999 or abs(ratio - round(ratio)) > 1e-6 * ratio:
            raise UnsuitableEnvironment(
                f"{world.task} makes {world.step_rate:g} steps per second; a command rate of "
                f"{self.rate:g} Hz does not divide it"
            )
        self.steps_per_command = round(ratio)
        for indices, count, what in (
            (gap.observation_offset, len(world.feature_names), "feature"),
            (gap.action_bias, len(world.axis_names), "axis"),
        ):
            for index in indices:
                if not 0 <= index < count:
                    raise UnsuitableEnvironment(f"there is no {what} {index}; {world.task} has {count}")
        self._count = len(world.axis_names)
        self.neutral = np.clip(np.zeros(self._count), world.lower, world.upper)
        self._noise, self._salt = noise, salt
        self._decay = math.exp(-1.0 / (self.rate * noise_seconds)) if noise_seconds > 0 else 0.0
        self._purpose = "demonstration"
        self._random = np.random.default_rng(0)
        self._disturbance = np.zeros(self._count)
        self.state = State(np.zeros(len(world.feature_names)))
        self.solved = False
        self._steps = 0
        self._is_told = False
        self.position = self.neutral
        self.velocity = np.zeros(self._count)

    @property
    def name(self) -> str:
        return self.world.name

    @property
    def serial(self) -> str:
        return self.world.serial

    @property
    def task(self) -> str:
        return self.world.task

    @property
    def terminal(self) -> bool:
        return self.state.terminal

    @property
    def truncated(self) -> bool:
        return self.state.truncated

    def axes(self) -> list[dict[str, Any]]:
        """Set-points may jump from edge to edge in one period: an environment has no inertia of its own."""
        world = self.world
        spans = (world.upper - world.lower) * self.rate
        return [
            {
                "name": name, "unit": world.axis_unit, "lower": float(world.lower[index]),
                "upper": float(world.upper[index]), "velocity": float(4 * spans[index]),
                "acceleration": float(16 * spans[index] * self.rate),
            }
            for index, name in enumerate(world.axis_names)
        ]

    def feature_names(self) -> list[tuple[str, str]]:
        return self.world.feature_names

    def reset(self, purpose: str, seed: int) -> float:
        """Starts an episode; returns the robot time that setting the scene took, s."""
        mixed = start_seed(purpose, seed, self._salt)
        self._purpose = purpose
        self._random = np.random.default_rng(mixed)
        self._disturbance = self._noise * self._random.standard_normal(self._count)
        self.state, seconds = self.world.reset(mixed)
        self.solved = self.state.success
        self._steps = 0
        self.position, self.velocity = self.neutral, np.zeros(self._count)
        return seconds

    def advance(self, target: Vector) -> None:
        """Holds a set-point for one command period. An environment that ended stays as it is."""
        applied = np.clip(target, self.world.lower, self.world.upper)
        self.velocity = (applied - self.position) * self.rate
        self.position = applied
        if self._purpose in self.gap.purposes:
            applied = self._distorted(applied)
        for _ in range(self.steps_per_command):
            if self.state.terminal or self.state.truncated:
                break
            self.state = self.world.step(applied)
            self._steps += 1
            self._tell_truncation()
            self.solved = self.solved or self.state.success
        fresh = self._random.standard_normal(self._count)
        self._disturbance = (
            self._decay * self._disturbance
            + math.sqrt(1.0 - self._decay**2) * self._noise * fresh
        )

    def _tell_truncation(self) -> None:
        if self._is_told or not self.state.truncated or self.state.terminal:
            return
        self._is_told = True
        seconds = self._steps / self.world.step_rate
        print(
            f"{self.world.task} ended an episode by itself after {seconds:g} s (truncated), which is no end of the "
            f"task: max_episode_s of the launch file is of no use beyond {seconds:g}, and until the next reset it "
            "stands still",
            file=sys.stderr, flush=True,
        )

    def features(self) -> NDArray[np.float32]:
        """The features as this robot reports them."""
        true = self.state.features
        reported = self.gap.reported(true) if self._purpose in self.gap.purposes else true
        with np.errstate(over="ignore"):
            return reported.astype(np.float32)

    def take_actions(self, actions: wire.Actions | None) -> None:
        """An environment's −1…1 are its own."""

    def operator(self) -> Vector | None:
        """What the demonstrator, who sees the true state, does now: −1…1 per axis."""
        action = self.world.demonstrate(self.state.features)
        if action is None:
            return None
        return np.clip(action + self._disturbance * self.world.moving_axes, -1.0, 1.0)

    def _distorted(self, action: Vector) -> Vector:
        scale = np.where(self.world.moving_axes, self.gap.action_scale, 1.0)
        scaled = self.neutral + scale * (action - self.neutral)
        for index, bias in self.gap.action_bias.items():
            scaled[index] += bias
        return np.clip(scaled, self.world.lower, self.world.upper)
