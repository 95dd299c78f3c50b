"""Environments as robots: what the bridge needs of Gymnasium and Meta-World, and nothing of the wire."""

from __future__ import annotations

import hashlib
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hone_wire import PURPOSES

Vector = NDArray[np.float64]


class UnsuitableEnvironment(Exception):
    """An environment that cannot be a robot; the text says what to do."""


class EnvironmentFailed(Exception):
    """An environment that broke off; the text says where and why."""


@contextmanager
def running(task: str, what: str) -> Iterator[None]:
    """Has whatever an environment raises told as one line."""
    try:
        yield
    except (EnvironmentFailed, UnsuitableEnvironment):
        raise
    except Exception as error:  # noqa: BLE001  somebody else's code: anything can come
        reason = " ".join(str(error).split()) or "no reason given"
        raise EnvironmentFailed(
            f"the environment {task!r} failed in {what}: {type(error).__name__}: {reason}"
        ) from error


@dataclass
class State:
    """What one step of an environment shows."""

    features: Vector
    success: bool = False
    terminal: bool = False
    truncated: bool = False
    """Over for a reason that is none of the task's: no end worth anything, but there is no further step."""


class World(Protocol):
    """A simulated robot: a box of actions in, a vector of numbers out."""

    name: str
    serial: str
    task: str
    axis_names: list[str]
    axis_unit: str
    lower: Vector
    upper: Vector
    feature_names: list[tuple[str, str]]
    step_rate: float
    episode_s: float | None
    """How long an episode of it is by its own account; None where it does not say."""
    moving_axes: NDArray[np.bool_]
    """Axes that a hand moves by degrees: noise and action scale apply to them, not to a grip."""

    def reset(self, seed: int) -> tuple[State, float]:
        """Draws a start state from `seed` alone; returns it and the robot time it took, s."""

    def step(self, action: Vector) -> State:
        """Advances one environment step (1 / `step_rate` s)."""

    def demonstrate(self, features: Vector) -> Vector | None:
        """What the task's scripted policy would do, −1…1 per axis; None without one."""


def start_seed(purpose: str, seed: int, salt: int) -> int:
    """The environment's seed for a start state: purposes can never share one.

    The top bits are the purpose, the rest is a hash of everything else.
    """
    digest = hashlib.sha256(f"{purpose}:{seed}:{salt}".encode()).digest()
    return PURPOSES.index(purpose) << 60 | int.from_bytes(digest[:8], "little") >> 4


class MetaWorld:
    """A Meta-World v3 task with the goal in the observation, on a Sawyer arm in MuJoCo.

    One environment step is 5 MuJoCo steps of 2.5 ms: 80 steps per second. The action is what Meta-World
    takes: hand displacement (1 is 1 cm per environment step) and gripper effort (1 closes).
    """

    def __init__(self, task: str) -> None:
        try:
            from metaworld.env_dict import ALL_V3_ENVIRONMENTS, ALL_V3_ENVIRONMENTS_GOAL_OBSERVABLE
            from metaworld.policies import ENV_POLICY_MAP
        except ModuleNotFoundError as missing:
            raise UnsuitableEnvironment(
                f"--task needs the Python module '{missing.name}', which is not there: run launch/bridges/setup"
            ) from None

        if task not in ALL_V3_ENVIRONMENTS:
            known = ", ".join(sorted(ALL_V3_ENVIRONMENTS))
            raise UnsuitableEnvironment(f"no Meta-World task is named '{task}'; there are: {known}")
        self._environment = ALL_V3_ENVIRONMENTS_GOAL_OBSERVABLE[f"{task}-goal-observable"](seed=0)
        # Without these a start state is frozen for good, and step 500 of an episode raises.
        self._environment._freeze_rand_vec = False
        self._environment.seeded_rand_vec = True
        self._environment.max_path_length = 1 << 62
        # Meta-World goes through the contacts one by one in Python, a quarter of a step's time.
        self._environment.touching_object = self._is_gripped
        self._policy = ENV_POLICY_MAP[task]()
        self.name, self.serial = "sawyer-metaworld", "metaworld-0001"
        self.task = task
        self.axis_names = ["dx", "dy", "dz", "gripper"]
        self.axis_unit = "1"
        self.lower, self.upper = np.full(4, -1.0), np.full(4, 1.0)
        self.feature_names = [(f"obs.{index}", "1") for index in range(39)]
        self.step_rate = 1.0 / float(self._environment.dt)
        self.episode_s = 500 / self.step_rate
        self.moving_axes = np.array([True, True, True, False])

    def reset(self, seed: int) -> tuple[State, float]:
        import mujoco

        environment = self._environment
        environment.seed(seed)
        environment.reset()
        # Meta-World observes before it has moved the objects to their new place: observe again.
        mujoco.mj_forward(environment.model, environment.data)
        environment._prev_obs = environment._get_curr_obs_combined_no_goal()
        return State(environment._get_obs()), float(environment.data.time)

    def step(self, action: Vector) -> State:
        features, _, _, _, info = self._environment.step(action.astype(np.float32))
        return State(features, success=bool(info["success"]))

    def demonstrate(self, features: Vector) -> Vector | None:
        with warnings.catch_warnings():  # it warns that its actions will be clipped; they are, here
            warnings.simplefilter("ignore")
            return np.clip(self._policy.get_action(features).astype(np.float64), -1.0, 1.0)

    def _is_gripped(self, geom: int) -> bool:
        """Whether both finger pads press on a geometry."""
        data = self._environment.data
        one, other = data.contact.geom1, data.contact.geom2
        for name in ("leftpad_geom", "rightpad_geom"):
            pad = data.geom(name).id
            pairs = ((one == pad) & (other == geom)) | ((one == geom) & (other == pad))
            if not data.efc_force[data.contact.efc_address[pairs]].sum() > 0:
                return False
        return True


def make(gymnasium: Any, name: str) -> Any:
    """An environment of Gymnasium's registry, or a sentence about what is missing for it."""
    try:
        return gymnasium.make(name, max_episode_steps=-1, disable_env_checker=True)
    except ModuleNotFoundError as missing:
        # Gymnasium raises one of its own where the module in front of the colon is not there.
        module = missing.name or name.partition(":")[0]
        raise UnsuitableEnvironment(
            f"'{name}' needs the Python module '{module}', which is not there: install the package that has it, "
            f"such as with {sys.executable} -m pip install {module.partition('.')[0].replace('_', '-')}"
        ) from None
    except gymnasium.error.Error as error:
        raise UnsuitableEnvironment(f"Gymnasium cannot make '{name}': {error}") from None


class Gymnasium:
    """Any environment of Gymnasium's registry whose actions are a finite box."""

    def __init__(self, name: str, step_rate: float | None, success_reward: float | None) -> None:
        import gymnasium

        # Time limits are the agent's business, so the environment gets none.
        with running(name, "making it"):
            self._environment = make(gymnasium, name)
        space = self._environment.action_space
        if not isinstance(space, gymnasium.spaces.Box) or not space.is_bounded():
            raise UnsuitableEnvironment(f"'{name}' has the actions {space}; only a finite box can be a robot")
        self._flatten = gymnasium.spaces.flatten
        self._shape, self._type = space.shape, space.dtype
        self._success_reward = success_reward
        self._has_short_seeds = False
        self.lower, self.upper = (
            edge.astype(np.float64).reshape(-1) for edge in (space.low, space.high)
        )
        self.name, self.serial, self.task = name.lower().replace("/", "-"), "simulated", name
        self.axis_names = [f"action.{index}" for index in range(len(self.lower))]
        self.axis_unit = "1"
        count = gymnasium.spaces.flatdim(self._environment.observation_space)
        self.feature_names = [(f"obs.{index}", "1") for index in range(count)]
        bare = self._environment.unwrapped
        period = getattr(bare, "dt", None)
        if step_rate is None and isinstance(period, float) and period > 0:
            step_rate = 1.0 / period
        step_rate = step_rate or bare.metadata.get("render_fps")
        if not step_rate:
            raise UnsuitableEnvironment(f"'{name}' does not say how long a step is; give --step-rate")
        self.step_rate = float(step_rate)
        # That of the registry: this one was made without a limit of time.
        registered = gymnasium.registry.get(getattr(self._environment.spec, "id", ""))
        steps = registered and registered.max_episode_steps
        self.episode_s = steps / self.step_rate if steps else None
        # What an environment may say beyond Gymnasium's interface.
        self.moving_axes = np.asarray(
            getattr(bare, "moving_axes", np.full(len(self.lower), True)), dtype=np.bool_
        )
        self.axis_names = list(getattr(bare, "axis_names", self.axis_names))
        self._expert = getattr(bare, "demonstrate", None)

    def reset(self, seed: int) -> tuple[State, float]:
        with running(self.task, "reset"):
            observation, info = self._reset(seed)
            return self._state(observation, info, 0.0, False, False), 0.0

    def _reset(self, seed: int) -> tuple[Any, dict[str, Any]]:
        """Seeds as it was asked to, or with what an environment with an old generator takes: 32 bits."""
        if not self._has_short_seeds:
            try:
                return self._environment.reset(seed=seed)
            except (ValueError, OverflowError):
                if seed < 1 << 32:
                    raise
                self._has_short_seeds = True
        # The purpose stays at the top: start states of two purposes are never the same.
        mixed = int.from_bytes(hashlib.sha256(f"{seed}".encode()).digest()[:4], "little")
        return self._environment.reset(seed=(seed >> 60) << 30 | mixed >> 2)

    def step(self, action: Vector) -> State:
        shaped = action.reshape(self._shape).astype(self._type)
        with running(self.task, "step"):
            observation, reward, terminated, truncated, info = self._environment.step(shaped)
            return self._state(observation, info, reward, terminated, truncated)

    def demonstrate(self, features: Vector) -> Vector | None:
        if self._expert is None:
            return None
        wanted = np.asarray(self._expert(features), dtype=np.float64).reshape(-1)
        return np.clip(2 * (wanted - self.lower) / (self.upper - self.lower) - 1, -1.0, 1.0)

    def _state(
        self, observation: Any, info: dict[str, Any], reward: Any, terminated: Any, truncated: Any
    ) -> State:
        # Some give arrays of one number, as vectorised environments do.
        success = bool(np.all(info.get("success", info.get("is_success")) or False))
        if self._success_reward is not None:
            success = float(np.sum(reward)) >= self._success_reward
        ended, is_truncated = bool(np.all(terminated)), bool(np.all(truncated))
        flat = self._flatten(self._environment.observation_space, observation)
        if np.size(flat) != len(self.feature_names):
            raise EnvironmentFailed(
                f"the environment {self.task!r} showed {np.size(flat)} numbers, its observation space has "
                f"{len(self.feature_names)}"
            )
        return State(np.asarray(flat, dtype=np.float64), success, ended and not success, is_truncated)
