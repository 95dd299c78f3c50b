"""A Franka arm behind the SERL and HIL-SERL project's HTTP server as a robot for Hone's driver.

The server (Flask, one thread, HTTP/1.0) takes absolute poses for an impedance controller of 1 kHz and tells the arm's
state; every route is a POST. Nothing of it stops by itself: the controller holds the last pose, softly. So this side
brakes to a standstill when nobody commands. It never posts `/clearerr`: a tripped reflex is a person's to clear.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hone_wire as wire
from set_points import Limits, SetPoints, Vector

DEADLINE_S = 0.1
"""For an answer of the server; a pose that it did not take in time is followed by the next."""
LOST_S = 0.5
"""A server that has not answered for so long is a fault; until then samples stop coming anew."""
STUCK_S = 1.0
STUCK_M = 0.02
"""An arm that stands still for so long, so far from where it was sent, does not follow: a reflex, or an obstacle."""
STILL_RAD_S = 2e-3
WIDTH_M = 0.08
"""Of Franka's hand, open."""
AXES = ("x", "y", "z", "roll", "pitch", "yaw")
DOWN = np.diag([1.0, -1.0, -1.0])
"""The tool points down: half a turn about x. All three angles are 0 there."""


class ServerProblem(Exception):
    """What the server did not do, in a sentence for a person."""


def rotation(angles: Vector) -> NDArray[np.float64]:
    """Rz(yaw)·Ry(pitch)·Rx(roll) of roll, pitch and yaw."""
    (cr, cp, cy), (sr, sp, sy) = np.cos(angles), np.sin(angles)
    return np.array([
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ])


def angles_of(matrix: NDArray[np.float64]) -> Vector:
    """Roll, pitch and yaw of a rotation; pitch within ±π/2."""
    return np.array([
        np.arctan2(matrix[2, 1], matrix[2, 2]), np.arcsin(np.clip(-matrix[2, 0], -1, 1)),
        np.arctan2(matrix[1, 0], matrix[0, 0]),
    ])


def quaternion_of(matrix: NDArray[np.float64]) -> Vector:
    """x, y, z, w of a rotation: the eigenvector of Bar-Itzhack's symmetric matrix, w not negative."""
    m = matrix
    k = np.array([
        [m[0, 0] - m[1, 1] - m[2, 2], m[1, 0] + m[0, 1], m[2, 0] + m[0, 2], m[2, 1] - m[1, 2]],
        [m[1, 0] + m[0, 1], m[1, 1] - m[0, 0] - m[2, 2], m[2, 1] + m[1, 2], m[0, 2] - m[2, 0]],
        [m[2, 0] + m[0, 2], m[2, 1] + m[1, 2], m[2, 2] - m[0, 0] - m[1, 1], m[1, 0] - m[0, 1]],
        [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], m[0, 0] + m[1, 1] + m[2, 2]],
    ])
    vector = np.linalg.eigh(k)[1][:, -1]
    return vector if vector[3] >= 0 else -vector


def matrix_of(quaternion: Vector) -> NDArray[np.float64]:
    """The rotation of x, y, z, w, which need not be of length 1."""
    x, y, z, w = np.asarray(quaternion) / np.linalg.norm(quaternion)
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ])


def axes_of(pose: list[float]) -> Vector:
    """x, y, z, roll, pitch, yaw of the server's seven numbers."""
    return np.concatenate([pose[:3], angles_of(matrix_of(np.array(pose[3:])) @ DOWN.T)])


def pose_of(axes: Vector) -> list[float]:
    """The server's seven numbers of x, y, z, roll, pitch, yaw."""
    return [*map(float, axes[:3]), *map(float, quaternion_of(rotation(axes[3:6]) @ DOWN))]


class Server:
    """The HTTP server; each call has a connection of its own, as HTTP/1.0 has it."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port

    def post(self, route: str, body: dict[str, Any] | None = None, seconds: float = DEADLINE_S) -> bytes:
        """Posts, and returns what comes back; anything but that is a `ServerProblem`."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=seconds)
        try:
            connection.request("POST", route, json.dumps(body or {}).encode(), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read(1 << 16)
        except (OSError, http.client.HTTPException) as error:
            raise ServerProblem(f"{route} of {self.host}:{self.port}: {str(error) or type(error).__name__}") from None
        finally:
            connection.close()
        if answer.status != 200:
            raise ServerProblem(f"{route} of {self.host}:{self.port} answered {answer.status} {answer.reason}")
        return text

    def state(self) -> dict[str, Any]:
        """The arm's state, checked: shapes and that every number is one."""
        try:
            told = json.loads(self.post("/getstate"))
        except ValueError:
            raise ServerProblem(f"/getstate of {self.host}:{self.port} answered no JSON") from None
        for key, count in (("pose", 7), ("vel", 6), ("force", 3), ("torque", 3), ("dq", 7)):
            values = told.get(key) if isinstance(told, dict) else None
            if not isinstance(values, list) or len(values) != count or not np.all(np.isfinite(np.array(values, dtype=float))):
                raise ServerProblem(f"/getstate answered no {count} numbers under '{key}'")
        if not 0.5 < np.linalg.norm(told["pose"][3:]) < 1.5:
            raise ServerProblem("/getstate answered a pose whose quaternion is none")
        return told


class FrankaRobot:
    """A `driver.Robot`: the tool's place and attitude, and a gripper where there is one."""

    control_space = "end_effector_pose"
    truncated = solved = terminal = False

    def __init__(
        self, server: Server, limits: Limits, rate: float, gripper: str, name: str, serial: str, task: str
    ) -> None:
        """`gripper` is `franka`, `robotiq` or `none`; `limits` have seven axes with one, else six."""
        self.name, self.serial, self.task, self.rate = name, serial, task, rate
        self._server, self._limits, self._gripper = server, limits, gripper
        self._count = len(limits.lower)
        self._names = AXES + (("gripper",) if gripper != "none" else ())
        self.position, self.velocity = np.zeros(self._count), np.zeros(self._count)
        self.captured_ns: int | None = None
        self._forces = np.zeros(6, dtype=np.float32)
        self._is_still = True
        self._sent_width: int | None = None
        self._stuck_since: float | None = None
        self._is_failed = False  # and not reset since
        self._set_points = SetPoints(limits, 1 / rate, np.clip(self.position, limits.lower, limits.upper))

    def begin(self) -> None:
        """Reads where the arm stands, and has it stay there; a `ServerProblem` where it cannot be or stands elsewhere."""
        self._read()
        for name, place, lower, upper in zip(self._names, self.position, self._limits.lower, self._limits.upper):
            if not lower - 0.02 <= place <= upper + 0.02:
                raise ServerProblem(
                    f"{name} stands at {place:.3f}, outside {lower:g} to {upper:g}: guide the arm into its box, or give "
                    "another with --lower and --upper"
                )
        self._set_points = SetPoints(self._limits, 1 / self.rate, self.position)
        self._send(self.position)

    @property
    def neutral(self) -> Vector:
        """Where the next period of braking leads."""
        return self._set_points.rest

    def axes(self) -> list[dict[str, Any]]:
        limits = self._limits
        return [
            {
                "name": name, "unit": "m" if index < 3 else "rad" if index < 6 else "1",
                "lower": float(limits.lower[index]), "upper": float(limits.upper[index]),
                "velocity": float(limits.speed[index]), "acceleration": float(limits.acceleration[index]),
            }
            for index, name in enumerate(self._names)
        ]

    def feature_names(self) -> list[tuple[str, str]]:
        return [(f"force.{axis}", "N") for axis in "xyz"] + [(f"torque.{axis}", "Nm") for axis in "xyz"]

    def features(self) -> NDArray[np.float32]:
        return self._forces

    def take_actions(self, actions: wire.Actions | None) -> None:
        """There is no operator behind this bridge."""

    def operator(self) -> Vector | None:
        return None

    def reset(self, purpose: str, seed: int) -> float:
        """A person's business: the arm stays where it is, which after a fault is where it stands."""
        self._read()
        if self._is_failed:
            self._set_points = SetPoints(self._limits, 1 / self.rate, self.position)
            self._is_failed, self._stuck_since = False, None
        return 0.0

    def advance(self, target: Vector) -> None:
        """Sends the pose of one period and reads the arm's state."""
        place = self._set_points.advance(target)
        try:
            self._send(place)
            self._read()
        except ServerProblem as problem:
            silent = time.monotonic_ns() - (self.captured_ns or 0)
            if silent > LOST_S * 1e9:
                self._is_failed = True
                raise ServerProblem(
                    f"the server has not answered for {silent / 1e9:.1f} s ({problem}); the arm holds its last pose, softly"
                ) from None
            return
        self._watch_following(place)

    def come_to_rest(self) -> None:
        """Brakes to a standstill, by the wall clock: before this program ends."""
        for _ in range(round(2 * self.rate)):
            if not np.any(self._set_points.speed):
                return
            try:
                self._send(self._set_points.advance(self.neutral))
            except ServerProblem as problem:
                print(f"franka_bridge: {problem}", file=sys.stderr)
                return
            time.sleep(1 / self.rate)

    # -- parts -----------------------------------------------------------------------------------

    def _send(self, place: Vector) -> None:
        self._server.post("/pose", {"arr": pose_of(place)})
        if self._gripper == "none":
            return
        # The hand's number is its width in 2550ths of a metre, Robotiq's 0 is open and 255 closed.
        open_share = float(np.clip(place[6], 0, 1))
        width = round(2550 * WIDTH_M * open_share) if self._gripper == "franka" else round(255 * (1 - open_share))
        if width != self._sent_width:
            self._server.post("/move_gripper", {"gripper_pos": width})
            self._sent_width = width

    def _read(self) -> None:
        told = self._server.state()
        place, speed = axes_of(told["pose"]), np.array(told["vel"], dtype=np.float64)
        if self._gripper != "none":
            width = told.get("gripper_pos")
            if not isinstance(width, (int, float)) or not np.isfinite(width):
                raise ServerProblem("/getstate answered no number under 'gripper_pos'; say --gripper none without one")
            share = width / WIDTH_M if self._gripper == "franka" else width
            place = np.append(place, share)
            seconds = (time.monotonic_ns() - (self.captured_ns or time.monotonic_ns())) / 1e9
            rate = (share - self.position[6]) / max(seconds, 0.5 / self.rate) if self.captured_ns else 0.0
            speed = np.append(speed, rate)
        self.position, self.velocity = place, speed
        self._forces = np.array(told["force"] + told["torque"], dtype=np.float32)
        self._is_still = bool(np.all(np.abs(np.array(told["dq"], dtype=float)) < STILL_RAD_S))
        self.captured_ns = time.monotonic_ns()

    def _watch_following(self, place: Vector) -> None:
        """A fault where the arm stands still away from its set-point: the server says nothing of a reflex."""
        off = float(np.linalg.norm(place[:3] - self.position[:3]))
        if not self._is_still or off < STUCK_M:
            self._stuck_since = None
            return
        now = time.monotonic()
        self._stuck_since = self._stuck_since or now
        if now - self._stuck_since > STUCK_S:
            self._is_failed = True
            self._send(self.position)  # so that it does not jump when a person clears what stops it
            raise ServerProblem(
                f"the arm stands still {1000 * off:.0f} mm from where it was sent: a reflex has tripped, or something is in its "
                "way. Look at the arm and its lights; a person clears a reflex (POST /clearerr), never this bridge"
            )
