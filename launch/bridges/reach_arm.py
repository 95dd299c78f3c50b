"""A small arm that reaches for a point: five joints and a gripper, commanded by absolute joint positions.

An example of a Gymnasium environment that a user brings, and what Hone's normalisation is measured on: nothing but numpy
and Gymnasium. `gymnasium_bridge --environment reach_arm:ReachArm-v0` makes it a robot. The gripper is not needed for the
task; whether it moves in the demonstrations (`ReachArm-v0`) or stands still (`ReachArmStill-v0`) must not matter, nor
whether the action box is what the demonstrations use or the joints' whole range (`ReachArmWide-v0`).
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

STEP_RATE = 50.0
"""Commands a second."""
LINKS = (0.12, 0.11, 0.12, 0.06)
"""m: base to shoulder (upwards), upper arm, forearm, hand."""
HOME = np.array([0.0, 0.5, -1.0, 0.4, 0.0, 0.5])
"""rad: pan, shoulder, elbow, wrist, roll; the gripper 0…1."""
RANGE = np.array([1.92, 1.75, 1.75, 1.66, 2.74, 0.5])
"""Half of each axis' whole range, about its middle: rad, the gripper's 1."""
MIDDLE = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.5])
REACH_BOX = np.array([0.6, 0.5, 0.5, 0.5, 0.4, 0.5])
"""Half of the box around `HOME` that reaching needs."""
SPEED = np.array([1.2, 1.2, 1.2, 1.2, 1.2, 1.0])
"""The drives' greatest speed, 1/s of each axis' unit."""
NEAR = 0.015
"""m from the point: reached, when it stays there for `STAY` steps."""
STAY = 15


def tip(joints: Vector) -> Vector:
    """Position of the tool, m, of joint positions [6]."""
    pan, shoulder, elbow, wrist = joints[:4]
    pitch = np.cumsum([shoulder, elbow, wrist])
    radius = 0.05 + sum(length * np.cos(angle) for length, angle in zip(LINKS[1:], pitch))
    height = LINKS[0] + sum(length * np.sin(angle) for length, angle in zip(LINKS[1:], pitch))
    return np.array([radius * np.cos(pan), radius * np.sin(pan), height])


class ReachArm(gymnasium.Env[Vector, Vector]):
    """Observes six measured positions, the point and the tool, m; acts by six absolute set-points."""

    metadata = {"render_fps": STEP_RATE}
    axis_names = ["pan", "shoulder", "elbow", "wrist", "roll", "gripper"]

    def __init__(self, box: str = "reach", grip: str = "moving") -> None:
        low, high = HOME - REACH_BOX, HOME + REACH_BOX
        if box == "whole":
            low, high = MIDDLE - RANGE, MIDDLE + RANGE
        low[5], high[5] = 0.0, 1.0
        # Rounded: 0.4 − 0.5 is not −0.1 to the last digit, and the robot's file says −0.1.
        self.action_space = gymnasium.spaces.Box(low.round(6), high.round(6), dtype=np.float64)
        self.observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (12,), dtype=np.float64)
        self._grip = grip
        self.moving_axes = np.array([True] * 5 + [grip == "moving"])

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Vector, dict[str, Any]]:
        super().reset(seed=seed)
        random = self.np_random
        self._joints = HOME + np.append(random.uniform(-0.1, 0.1, 5), 0.0)
        goal = HOME + np.append(random.uniform(-0.35, 0.35, 5), 0.0)
        self._point = tip(goal)
        self._stayed = 0
        self._phase = random.uniform(0, 2 * np.pi)
        self._steps = 0
        return self._observation(), {"success": False}

    def step(self, action: Vector) -> tuple[Vector, float, bool, bool, dict[str, Any]]:
        # The drives follow with a lag and no faster than they can; the gripper's yields a little as it moves.
        wanted = (action - self._joints) * 0.35
        self._joints = self._joints + np.clip(wanted, -SPEED / STEP_RATE, SPEED / STEP_RATE)
        self._joints = np.clip(self._joints, MIDDLE - RANGE, MIDDLE + RANGE)
        self._steps += 1
        near = float(np.linalg.norm(tip(self._joints) - self._point)) < NEAR
        self._stayed = self._stayed + 1 if near else 0
        success = self._stayed >= STAY
        return self._observation(), 0.0, False, False, {"success": success}

    def demonstrate(self, observation: Vector) -> Vector:
        """Set-points towards the point: damped least squares on the tool's position."""
        joints = self._joints.copy()
        for _ in range(10):
            error = self._point - tip(joints)
            columns = []
            for axis in range(4):
                moved = joints.copy()
                moved[axis] += 1e-5
                columns.append((tip(moved) - tip(joints)) / 1e-5)
            jacobian = np.stack(columns, axis=1)
            joints[:4] += jacobian.T @ np.linalg.solve(
                jacobian @ jacobian.T + 1e-4 * np.eye(3), error
            )
        target = self._joints + np.clip(joints - self._joints, -0.15, 0.15)
        target[4] = 0.0
        target[5] = 0.5
        if self._grip == "moving":
            target[5] += 0.3 * np.sin(self._phase + self._steps / 20)
        return target

    def _observation(self) -> Vector:
        return np.concatenate([self._joints, self._point, tip(self._joints)])


gymnasium.register("ReachArm-v0", ReachArm)
gymnasium.register("ReachArmStill-v0", ReachArm, kwargs={"grip": "still"})
gymnasium.register("ReachArmWide-v0", ReachArm, kwargs={"box": "whole"})
