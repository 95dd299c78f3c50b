"""LeRobot's numbers as Hone's axes: degrees, −100…100 and 0…100 by name, and the hardware's limits of each.

    degrees about the middle of the calibrated range   rad
    −100…100 of the calibrated range                   1, −1…1
    0…100, a gripper                                   1, 0…1
    NAME.vel, a base: m/s, theta in degrees/s          m/s, rad/s
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

ENCODER_STEPS = 4096
"""A turn of the motors of which LeRobot tells no other number."""
SO101_DEGREES = {
    "shoulder_pan": 110.0, "shoulder_lift": 100.0, "elbow_flex": 96.8, "wrist_flex": 95.0, "wrist_roll": 160.0,
}
"""Half of each joint's range: TheRobotStudio/SO-ARM100, so101_new_calib.urdf. Of arms whose calibration is elsewhere."""
BASE = {
    "x.vel": ("m/s", 1.0, 0.2, 1.0, 20.0), "y.vel": ("m/s", 1.0, 0.2, 1.0, 20.0),
    "theta.vel": ("rad/s", math.pi / 180, math.pi / 3, 5.0, 100.0),
}
"""Unit, what LeRobot's 1 is in it, largest velocity, acceleration, jerk: LeKiwi's middle speed (0.2 m/s, 60 °/s)."""


class Unsuitable(Exception):
    """A robot that cannot be served; a sentence that says what to do."""


@dataclass(frozen=True)
class Axis:
    """One axis: LeRobot's key of it, and what it is on Hone's wire."""

    key: str
    name: str
    unit: str
    scale: float
    """Hone's number of LeRobot's 1."""
    lower: float
    upper: float
    speed: float
    """Of the set-point; of a velocity its change."""
    acceleration: float
    """The change of that; of a velocity its jerk."""

    @property
    def is_velocity(self) -> bool:
        return self.unit in ("m/s", "rad/s")

    def described(self) -> dict[str, Any]:
        """As the handshake has it."""
        words = ("acceleration", "jerk") if self.is_velocity else ("velocity", "acceleration")
        axis = {
            "name": self.name, "unit": self.unit, "lower": self.lower, "upper": self.upper,
            words[0]: self.speed, words[1]: self.acceleration,
        }
        return axis | ({"control_space": "base_velocity"} if self.is_velocity else {})


@dataclass(frozen=True)
class Motor:
    """What a LeRobot object knows of a motor: the unit of its position, and its calibrated range."""

    mode: str
    half_degrees: float | None
    """Half of the calibrated range; None without a calibration."""


def motors(device: Any) -> dict[str, Motor]:
    """The motors of a LeRobot robot or leader by name; of two arms with their prefixes; empty where none are told."""
    found = {}
    for prefix, part in (
        ("", device), ("left_", getattr(device, "left_arm", None)), ("right_", getattr(device, "right_arm", None)),
    ):
        bus = getattr(part, "bus", None)
        calibration = getattr(bus, "calibration", None) or getattr(part, "calibration", None) or {}
        for name, motor in (getattr(bus, "motors", None) or {}).items():
            half = None
            if name in calibration:
                steps = getattr(bus, "model_resolution_table", {}).get(motor.model, ENCODER_STEPS)
                span = calibration[name].range_max - calibration[name].range_min
                half = span * 180.0 / (steps - 1)
            found[prefix + name] = Motor(motor.norm_mode.name, half)
    return found


def scale_of(mode: str) -> tuple[str, float, float]:
    """Hone's unit, its number of LeRobot's 1, and the lower end where the unit has one, of a position's mode."""
    known = {
        "DEGREES": ("rad", math.pi / 180, 0.0), "RANGE_M100_100": ("1", 0.01, -1.0), "RANGE_0_100": ("1", 0.01, 0.0),
    }
    if mode not in known:
        raise Unsuitable(f"positions in {mode}, which is none of {', '.join(known)}")
    return known[mode]


def mode_of(name: str, known: dict[str, Motor], units: str | None) -> str:
    """The unit of a position: the motor's, or what the command line says of a robot that does not tell."""
    if name in known:
        return known[name].mode
    if name.endswith("gripper"):
        return "RANGE_0_100"
    if units is None:
        raise Unsuitable(
            f"LeRobot does not tell the unit of {name}.pos of this robot; say --units degrees, or normalised where its "
            "positions are -100 to 100"
        )
    return "DEGREES" if units == "degrees" else "RANGE_M100_100"


def make_axes(
    features: dict[str, Any], known: dict[str, Motor], units: str | None, ranges: dict[str, tuple[float, float]],
    speed: float, acceleration: float,
) -> list[Axis]:
    """The axes of a robot's action, in its own order.

    `ranges` are a person's, degrees or LeRobot's other unit; `speed` and `acceleration` those of joints, rad/s, rad/s².
    """
    axes = []
    for key in features:
        if key in BASE:
            unit, scale, most, change, jerk = BASE[key]
            axes.append(Axis(key, key, unit, scale, -most, most, change, jerk))
            continue
        if not key.endswith(".pos"):
            raise Unsuitable(f"its action has '{key}', which is neither a joint's position (NAME.pos) nor a base's velocity")
        name = key.removesuffix(".pos")
        unit, scale, lowest = scale_of(mode_of(name, known, units))
        lower, upper = (value * scale for value in range_of(name, unit, lowest, known, ranges))
        if not (math.isfinite(lower) and math.isfinite(upper) and lower < upper):
            raise Unsuitable(f"the range of {name}, {lower:g} to {upper:g}, is none")
        # A gripper's whole way in a quarter of a second; −1…1 is a way of 2 for some 3.5 rad.
        factor = 1.0 if unit == "rad" else (2.0 if lowest == 0 else 0.6)
        axes.append(Axis(key, name, unit, scale, lower, upper, factor * speed, factor * acceleration))
    if not axes:
        raise Unsuitable("its action has no numbers")
    return axes


def range_of(
    name: str, unit: str, lowest: float, known: dict[str, Motor], ranges: dict[str, tuple[float, float]]
) -> tuple[float, float]:
    """Both ends of a joint in LeRobot's unit: a person's word, the calibration, the drawing."""
    if name in ranges:
        return ranges[name]
    if unit != "rad":
        return (100.0 * lowest, 100.0)
    half = known[name].half_degrees if name in known else SO101_DEGREES.get(name.removeprefix("arm_"))
    if half is None:
        raise Unsuitable(f"nobody tells how far {name} goes; say it with --range {name}=LOWER:UPPER, degrees")
    return (-half, half)
