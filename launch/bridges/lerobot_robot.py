"""A robot of the LeRobot library as a robot for Hone's driver, and a leader arm as its operator.

One thread owns the serial lines (`lerobot_line.py`). LeRobot's motors hold their last goal when nobody writes: whoever stops writing stops
the arm where that goal is, so this side brakes to a standstill first, and the torque stays on.
"""

from __future__ import annotations

import math
import sys
import time
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

import hone_wire as wire
import lerobot_units as units
from lerobot_line import Line, RobotLost
from lerobot_units import Axis, Unsuitable
from set_points import Limits, SetPoints, Vector

VELOCITY_S = 0.05
"""Time constant of the low-pass filter of differenced positions, which are all that LeRobot reads."""
FIRST_READINGS_S = 5.0
"""In which a robot that is elsewhere, such as a LeKiwi, shows all its numbers for the first time."""
WAIT = 0.7
"""Share of a period for which a reading is waited for; one that comes later is the next sample's."""
LED_S = 0.2
"""A leader that has not been read for so long is none."""
BEYOND = 0.05
"""Share of its range by which a joint may stand beyond its ends at the start: sag, and a calibration by hand."""


class Scene(Protocol):
    """What a user's own program knows of the task: `--scene MODULE:CLASS`, made without arguments."""

    feature_names: list[tuple[str, str]]
    """Name and unit of each number that it reports."""
    solved: bool
    terminal: bool

    def look(self, position: dict[str, float]) -> list[float]:
        """Its numbers now, of the measured positions by axis (rad, 1); called once a period, must not wait."""

    def reset(self, purpose: str, seed: int) -> float:
        """Says that an episode begins; returns the seconds it took. Must not wait: commands go on meanwhile."""


class NoScene:
    """No number beside the axes, and nobody who says that the task is done."""

    feature_names: list[tuple[str, str]] = []
    solved = terminal = False

    def look(self, position: dict[str, float]) -> list[float]:
        return []

    def reset(self, purpose: str, seed: int) -> float:
        return 0.0


class Leader:
    """A LeRobot teleoperator whose joints have the names of the robot's."""

    def __init__(self, device: Any, axes: list[Axis], default_units: str | None) -> None:
        self.device, self._axes = device, axes
        known = units.motors(device)
        told = device.action_features
        self._scales: dict[str, float] = {}
        for axis in axes:
            if axis.key not in told:
                if axis.is_velocity:
                    continue  # an arm alone leaves the base where it is
                raise Unsuitable(
                    f"the leader has no joint {axis.name}; it has {', '.join(sorted(map(str, told))) or 'none'}"
                )
            if axis.is_velocity:
                self._scales[axis.key] = axis.scale
                continue
            unit, scale, _ = units.scale_of(units.mode_of(axis.name, known, default_units))
            if unit != axis.unit:
                raise Unsuitable(
                    f"joint {axis.name} of the leader is in {unit}, of the robot in {axis.unit}: both in degrees, or neither"
                )
            self._scales[axis.key] = scale
        self._boxes: list[tuple[str, float, float]] = [
            ("velocity" if axis.is_velocity else "absolute", axis.lower, axis.upper) for axis in axes
        ]

    def take_actions(self, actions: wire.Actions | None) -> None:
        """What −1…1 are from now on; without a word the whole range, absolute."""
        if actions is not None:
            self._boxes = [(box.kind, box.low, box.high) for box in actions.boxes]

    def action(self, told: dict[str, Any], set_point: Vector) -> Vector | None:
        """What it told of its joints as −1…1 per axis; None where that is no pose."""
        try:
            places = [float(told[axis.key]) * self._scales[axis.key] if axis.key in self._scales else 0.0 for axis in self._axes]
        except (KeyError, TypeError, ValueError):
            return None
        if not all(map(math.isfinite, places)):
            return None
        values = [
            2 * ((place - at if kind == "delta" else place) - low) / (high - low) - 1
            for place, at, (kind, low, high) in zip(places, set_point, self._boxes)
        ]
        return np.clip(np.array(values), -1.0, 1.0)


class LeRobotRobot:
    """A `driver.Robot` over a LeRobot `Robot`, connected (`lerobot_devices.connect`) or not, as `--describe` has it."""

    control_space = "joint_position"
    truncated = False

    def __init__(
        self, device: Any, axes: list[Axis], rate: float, name: str, serial: str, task: str, scene: Scene | None = None,
        leader: Leader | None = None,
    ) -> None:
        self.name, self.serial, self.task, self.rate = name, serial, task, rate
        self._device, self._axes, self._leader = device, axes, leader
        self._scene: Scene = scene or NoScene()
        keys = {axis.key for axis in axes}
        self._others = [
            key for key, kind in device.observation_features.items() if kind in (float, int) and key not in keys
        ]
        self.position = np.zeros(len(axes))
        self.velocity = np.zeros(len(axes))
        self.captured_ns: int | None = None
        self._line = Line(device, leader.device if leader else None)
        self._is_lost = False  # and no reset since
        self._numbers: list[float] = [0.0] * (len(self._others) + len(self._scene.feature_names))
        limits = Limits(*(
            np.array([getattr(axis, which) for axis in axes]) for which in ("lower", "upper", "speed", "acceleration")
        ))
        self._limits = limits
        self._set_points = SetPoints(limits, 1 / rate, np.clip(self.position, limits.lower, limits.upper))

    def begin(self) -> None:
        """Reads where the connected robot stands, and has it stay there."""
        deadline = time.monotonic() + FIRST_READINGS_S
        while True:
            try:
                self._take(self._device.get_observation(), time.monotonic_ns())
                break
            except (KeyError, ConnectionError) as error:
                if time.monotonic() > deadline:
                    missing = f"'{error.args[0]}' is missing" if isinstance(error, KeyError) else str(error)
                    raise Unsuitable(f"the robot cannot be read: {missing}") from None
                time.sleep(0.05)
        for axis, place in zip(self._axes, self.position):
            margin = BEYOND * (axis.upper - axis.lower)
            if not axis.lower - margin <= place <= axis.upper + margin:
                raise Unsuitable(
                    f"{axis.name} stands at {place:.3f}, and its range is {axis.lower:.3f} to {axis.upper:.3f} "
                    f"({axis.unit}): the calibration is another arm's, or --units or --range are wrong"
                )
        self._stay()
        self.velocity = np.zeros(len(self._axes))
        try:
            self._device.send_action(self._action(self._set_points.place))
        except Exception as error:  # noqa: BLE001  whatever the library raises
            raise Unsuitable(f"the robot takes no goals: {error}") from None
        self._line.start()

    # -- what the driver asks --------------------------------------------------------------------

    @property
    def solved(self) -> bool:
        return bool(self._scene.solved)

    @property
    def terminal(self) -> bool:
        return bool(self._scene.terminal)

    @property
    def neutral(self) -> Vector:
        """Where the next period of braking leads; a velocity's is 0."""
        return np.where([axis.is_velocity for axis in self._axes], 0.0, self._set_points.rest)

    def axes(self) -> list[dict[str, Any]]:
        return [axis.described() for axis in self._axes]

    def feature_names(self) -> list[tuple[str, str]]:
        return [(key, "1") for key in self._others] + list(self._scene.feature_names)

    def features(self) -> NDArray[np.float32]:
        return np.array(self._numbers, dtype=np.float32)

    def take_actions(self, actions: wire.Actions | None) -> None:
        if self._leader:
            self._leader.take_actions(actions)

    def operator(self) -> Vector | None:
        line = self._line
        if not self._leader or line.led is None or time.monotonic_ns() - line.led_ns > LED_S * 1e9:
            return None
        return self._leader.action(line.led, self._set_points.place)

    def reset(self, purpose: str, seed: int) -> float:
        """The scene's business: the arm stays where it is, after a fault where it was found again."""
        if self._is_lost:
            if not self._exchange(self._set_points.place, 0.3):
                self._line.check()
                raise RobotLost("the robot does not answer yet")
            self._line.check()
            self._stay()
            self._is_lost = False
        return float(self._scene.reset(purpose, seed))

    def advance(self, target: Vector) -> None:
        """Sends the set-point of one period, and takes what is read of the robot by then."""
        try:
            self._exchange(self._set_points.advance(target), WAIT / self.rate)
            self._line.check()
        except Exception:  # noqa: BLE001  a user's scene, too: the robot is held
            self._is_lost = True
            # What is commanded by its velocity does not end by itself everywhere.
            self._line.exchange(self._action(np.where(self._velocity_axes(), 0.0, self._set_points.place)), 0.0)
            raise

    def come_to_rest(self) -> None:
        """Brakes to a standstill, by the wall clock: before this program ends."""
        for _ in range(round(2 * self.rate)):
            if self._is_lost or not np.any(self._set_points.speed) and not np.any(
                self._set_points.place * self._velocity_axes()
            ):
                return
            began = time.monotonic()
            try:
                self.advance(self.neutral)
            except Exception as error:  # noqa: BLE001
                print(f"lerobot_bridge: {error}", file=sys.stderr)
            time.sleep(max(0.0, 1 / self.rate - (time.monotonic() - began)))

    def close(self) -> None:
        """Lets go of the lines; torque stays as the configuration has it."""
        self._line.stop()
        for device in (self._line.leader, self._device):
            try:
                if device is not None:
                    device.disconnect()
            except Exception as error:  # noqa: BLE001  it ends here in any case
                print(f"lerobot_bridge: while disconnecting: {error}", file=sys.stderr)

    # -- parts -----------------------------------------------------------------------------------

    def _velocity_axes(self) -> NDArray[np.bool_]:
        return np.array([axis.is_velocity for axis in self._axes])

    def _stay(self) -> None:
        """The robot is to stay where it was measured last."""
        start = np.where(self._velocity_axes(), 0.0, self.position)
        self._set_points = SetPoints(self._limits, 1 / self.rate, start)

    def _action(self, places: Vector) -> dict[str, float]:
        """Set-points in LeRobot's units."""
        return {axis.key: float(place / axis.scale) for axis, place in zip(self._axes, places)}

    def _exchange(self, places: Vector, seconds: float) -> bool:
        """Has set-points written and takes a reading, if one comes in time; whether it is a new one."""
        line = self._line
        line.exchange(self._action(places), seconds)
        if line.observation is None or line.captured_ns == self.captured_ns:
            return False
        self._take(line.observation, line.captured_ns)
        return True

    def _take(self, observation: dict[str, Any], at_ns: int) -> None:
        places = np.array([float(observation[axis.key]) * axis.scale for axis in self._axes])
        odd = np.flatnonzero(~np.isfinite(places))
        if len(odd) > 0:
            raise ConnectionError(f"{self._axes[odd[0]].name} was read as {places[odd[0]]}")
        if self.captured_ns is not None and at_ns > self.captured_ns:
            seconds = max((at_ns - self.captured_ns) / 1e9, 0.5 / self.rate)
            share = 1 - math.exp(-seconds / VELOCITY_S)
            self.velocity = self.velocity + share * ((places - self.position) / seconds - self.velocity)
        numbers = [float(observation[key]) for key in self._others]
        seen = self._scene.look({axis.name: float(place) for axis, place in zip(self._axes, places)})
        self.position, self._numbers, self.captured_ns = places, numbers + list(seen), at_ns
