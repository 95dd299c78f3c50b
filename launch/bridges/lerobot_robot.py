"""A robot of the LeRobot library as a robot for Hone's driver, and a leader arm as its operator.

One thread owns the serial lines. LeRobot's motors hold their last goal when nobody writes: whoever stops writing stops
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
from lerobot_units import Axis, Unsuitable
from set_points import Limits, SetPoints, Vector

LOST_S = 0.5
"""A robot that has not been read for so long is a fault; until then its samples stop coming anew."""
VELOCITY_S = 0.05
"""Time constant of the low-pass filter of differenced positions, which are all that LeRobot reads."""
FIRST_READINGS_S = 5.0
"""In which a robot that is elsewhere, such as a LeKiwi, shows all its numbers for the first time."""
BEYOND = 0.05
"""Share of its range by which a joint may stand beyond its ends at the start: sag, and a calibration by hand."""


class RobotLost(Exception):
    """The line to the robot is gone; a sentence for a person."""


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
        self._device, self._axes = device, axes
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

    def action(self, set_point: Vector) -> Vector | None:
        """Where the leader stands, −1…1 per axis; None while it cannot be read."""
        try:
            told = self._device.get_action()
            places = [float(told[axis.key]) * self._scales[axis.key] if axis.key in self._scales else 0.0 for axis in self._axes]
        except Exception:  # noqa: BLE001  somebody else's code: the flag of the sample says that there is no operator
            return None
        if not all(map(math.isfinite, places)):
            return None
        values = [
            2 * ((place - at if kind == "delta" else place) - low) / (high - low) - 1
            for place, at, (kind, low, high) in zip(places, set_point, self._boxes)
        ]
        return np.clip(np.array(values), -1.0, 1.0)

    def close(self) -> None:
        self._device.disconnect()


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
        self._written_ns = 0
        self._last: dict[str, Any] | None = None
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
                self._read()
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
        start = np.where([axis.is_velocity for axis in self._axes], 0.0, self.position)
        self._set_points = SetPoints(self._limits, 1 / self.rate, start)
        self.velocity = np.zeros(len(self._axes))
        self._written_ns = time.monotonic_ns()
        self._write(self._set_points.place)

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
        return self._leader.action(self._set_points.place) if self._leader else None

    def reset(self, purpose: str, seed: int) -> float:
        """The scene's business: the arm stays where it is. One that is lost comes back by a new start alone."""
        if not self._device.is_connected:
            raise RobotLost(self._gone("it is not connected any more"))
        self._read()
        return float(self._scene.reset(purpose, seed))

    def advance(self, target: Vector) -> None:
        """Sends the set-point of one period and reads where the robot is."""
        try:
            self._write(self._set_points.advance(target))
            self._read_with_patience()
        except RobotLost:
            self._leave_base()
            raise

    def come_to_rest(self) -> None:
        """Brakes to a standstill, by the wall clock: before this program ends."""
        for _ in range(round(2 * self.rate)):
            if not np.any(self._set_points.speed) and not np.any(self._set_points.place * self._velocity_axes()):
                return
            try:
                self._write(self._set_points.advance(self.neutral))
            except RobotLost as error:
                print(f"lerobot_bridge: {error}", file=sys.stderr)
                return
            time.sleep(1 / self.rate)

    def close(self) -> None:
        """Lets go of the lines; torque stays as the configuration has it."""
        for device in (self._leader, self._device):
            try:
                if device is self._device:
                    device.disconnect()
                elif device:
                    device.close()
            except Exception as error:  # noqa: BLE001  it ends here in any case
                print(f"lerobot_bridge: while disconnecting: {error}", file=sys.stderr)

    # -- parts -----------------------------------------------------------------------------------

    def _velocity_axes(self) -> NDArray[np.bool_]:
        return np.array([axis.is_velocity for axis in self._axes])

    def _write(self, places: Vector) -> None:
        action = {axis.key: float(place / axis.scale) for axis, place in zip(self._axes, places)}
        try:
            self._device.send_action(action)
            self._written_ns = time.monotonic_ns()
        except Exception as error:  # noqa: BLE001
            self._judge(error, self._written_ns)

    def _read_with_patience(self) -> None:
        """Reads, once more where that fails; a reading that is missing is no sample, and half a second of it a fault."""
        for _ in range(2):
            try:
                self._read()
                return
            except Exception as error:  # noqa: BLE001
                self._judge(error, self.captured_ns or 0)

    def _judge(self, error: Exception, last_ns: int) -> None:
        """Raises where an error of LeRobot's means that the robot is gone, or has been silent for too long."""
        if isinstance(error, RobotLost):
            raise error
        is_gone = isinstance(error, OSError) and not isinstance(error, (ConnectionError, TimeoutError))
        if is_gone or not self._device.is_connected:
            raise RobotLost(self._gone(str(error)))
        silent = time.monotonic_ns() - last_ns
        if silent > LOST_S * 1e9:
            raise RobotLost(
                f"the robot has not answered for {silent / 1e9:.1f} s ({error}): are its power and its cables in? The "
                "motors hold their last goal"
            )

    def _gone(self, reason: str) -> str:
        return (
            f"the line to the robot is gone ({reason}): is the USB plug in, and the power? The motors that have power "
            "hold their last goal. Bring the arm to rest, then start this bridge again"
        )

    def _leave_base(self) -> None:
        """Tries to stop what is commanded by its velocity: such a command does not end by itself everywhere."""
        if self._velocity_axes().any():
            try:
                self._write(np.where(self._velocity_axes(), 0.0, self._set_points.place))
            except RobotLost:
                pass

    def _read(self) -> None:
        observation = self._device.get_observation()
        if observation is self._last:
            # LeKiwi's client hands the same out again where nothing came.
            raise ConnectionError("nothing new came from it")
        places = np.array([float(observation[axis.key]) * axis.scale for axis in self._axes])
        odd = np.flatnonzero(~np.isfinite(places))
        if len(odd) > 0:
            raise ConnectionError(f"{self._axes[odd[0]].name} was read as {places[odd[0]]}")
        now = time.monotonic_ns()
        if self.captured_ns is not None and now > self.captured_ns:
            seconds = max((now - self.captured_ns) / 1e9, 0.5 / self.rate)
            share = 1 - math.exp(-seconds / VELOCITY_S)
            self.velocity = self.velocity + share * ((places - self.position) / seconds - self.velocity)
        numbers = [float(observation[key]) for key in self._others]
        seen = self._scene.look({axis.name: float(place) for axis, place in zip(self._axes, places)})
        self._last, self.position, self._numbers, self.captured_ns = observation, places, numbers + list(seen), now
