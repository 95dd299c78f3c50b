"""What a bridge of real motors sends of what it is commanded: a limiter of set-points that can also come to rest.

A set-point that each axis reaches in one period within its limits passes as it is; any other is approached, no further
and no harder than the limits. No clock and no robot: usable on its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass
class Limits:
    """One number an axis: ends of the set-point, its greatest speed, and how fast that may change.

    Of an axis that is commanded by its velocity these are ends of the velocity, acceleration and jerk.
    """

    lower: Vector
    upper: Vector
    speed: Vector
    acceleration: Vector


def stopping_speed(distance: Vector, acceleration: Vector, period: float) -> Vector:
    """The greatest speed, held for one period, from which an axis still comes to rest within `distance` (at least 0).

    Exact in discrete time: v, v − aT, v − 2aT … in n more periods go T((n + 1)v − aT·n(n + 1)/2), solved for v.
    """
    step = acceleration * period
    more = np.floor((np.sqrt(1 + 8 * distance / (step * period)) - 1) / 2)
    return distance / (period * (more + 1)) + step * more / 2


class SetPoints:
    """Where each axis was sent last, and how fast that changed."""

    def __init__(self, limits: Limits, period: float, place: Vector) -> None:
        self._limits, self._period = limits, period
        self.place = np.array(place, dtype=np.float64)
        """May begin beyond the ends, as an arm may stand there: it then moves inwards alone."""
        self.speed = np.zeros(len(self.place))

    @property
    def rest(self) -> Vector:
        """The next set-point on the shortest way to a standstill; where it stands once it does."""
        step = self._limits.acceleration * self._period
        slower = self.speed - np.clip(self.speed, -step, step)
        return self.place + slower * self._period

    def advance(self, target: Vector) -> Vector:
        """One period towards a set-point; what is sent."""
        limits, period = self._limits, self._period
        lower, upper = np.minimum(limits.lower, self.place), np.maximum(limits.upper, self.place)
        error = np.clip(target, lower, upper) - self.place
        change = limits.acceleration * period
        slowest, fastest = self.speed - change, self.speed + change
        exact = error / period
        is_reached = (np.abs(exact) <= limits.speed) & (exact >= slowest - 1e-9) & (exact <= fastest + 1e-9)
        approach = np.sign(error) * np.minimum(
            stopping_speed(np.abs(error), limits.acceleration, period), np.abs(exact)
        )
        wanted = np.where(is_reached, exact, approach)
        wanted = np.clip(wanted, -limits.speed, limits.speed)
        # Never so fast that the end of the range could not be kept.
        wanted = np.clip(
            wanted, -stopping_speed(self.place - lower, limits.acceleration, period),
            stopping_speed(upper - self.place, limits.acceleration, period),
        )
        wanted = np.clip(wanted, slowest, fastest)  # never otherwise, but for the last digit
        place = np.clip(self.place + wanted * period, lower, upper)
        # To the last digit what was commanded, where that is what is sent.
        place = np.where(is_reached & (np.abs(place - target) < 1e-9), target, place)
        self.speed = (place - self.place) / period
        self.place = place
        return place.copy()
