"""The limiter of set-points. `HONE_SEED` repeats a random test, which prints its seed."""

from __future__ import annotations

import os
import sys
import time
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from set_points import Limits, SetPoints  # noqa: E402

RATE = 30.0


class SetPointTests(unittest.TestCase):
    """Against an oracle that knows only the limits."""

    def test_any_commands_stay_within_limits_and_rest_is_a_standstill(self) -> None:
        seed = int(os.environ.get("HONE_SEED", time.time_ns() % 1_000_000_000))
        print(f"seed {seed}", file=sys.stderr)
        random = np.random.default_rng(seed)
        for _ in range(50):
            count, period = int(random.integers(1, 5)), float(random.choice([1 / 30, 1 / 50, 1 / 100]))
            lower = random.uniform(-3, 0, count)
            limits = Limits(
                lower, lower + random.uniform(0.1, 4, count), random.uniform(0.1, 3, count), random.uniform(1, 40, count)
            )
            points = SetPoints(limits, period, random.uniform(limits.lower, limits.upper))
            speed = np.zeros(count)
            for step in range(60):
                before = points.place.copy()
                target = points.rest if step % 20 > 15 else random.uniform(-6, 6, count)
                now = points.advance(target)
                found = (now - before) / period
                self.assertTrue(np.all(now >= limits.lower - 1e-9) and np.all(now <= limits.upper + 1e-9), f"seed {seed}")
                self.assertTrue(np.all(np.abs(found) <= limits.speed + 1e-6), f"seed {seed}: {found} of {limits.speed}")
                change = np.abs(found - speed) / period
                self.assertTrue(np.all(change <= limits.acceleration * (1 + 1e-6)), f"seed {seed}, step {step}: {change}")
                speed = found
            for _ in range(200):
                points.advance(points.rest)
            self.assertFalse(np.any(points.speed), f"seed {seed}")

    def test_what_is_within_the_limits_passes_to_the_last_digit(self) -> None:
        limits = Limits(np.array([-1.0]), np.array([1.0]), np.array([2.0]), np.array([15.0]))
        points = SetPoints(limits, 1 / RATE, np.array([0.0]))
        place = speed = 0.0
        for tick in range(60):  # a trapeze at half of both limits
            speed += (7.0 if tick < 4 else -7.0 if 26 <= tick < 30 else 0.0) / RATE
            place += speed / RATE
            self.assertEqual(points.advance(np.array([place]))[0], place)

    def test_a_robot_that_stands_outside_only_comes_inwards(self) -> None:
        limits = Limits(np.array([-1.0]), np.array([1.0]), np.array([2.0]), np.array([15.0]))
        points = SetPoints(limits, 1 / RATE, np.array([1.03]))
        self.assertEqual(points.advance(np.array([2.0]))[0], 1.03)
        for _ in range(30):
            points.advance(np.array([0.5]))
        self.assertAlmostEqual(points.place[0], 0.5)


if __name__ == "__main__":
    unittest.main()
