"""A Franka arm of the tests that speaks SERL's HTTP protocol: POST alone, HTTP/1.0, one thread, JSON or a plain word.

    python franka_server.py --port 5000

Its tool follows the last pose with a lag. `--reflex-after` seconds it stands still until a person posts /clearerr; from
`--hang-after` on it takes connections and answers none.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np

from franka_robot import axes_of, pose_of

START = np.array([0.45, 0.0, 0.3, 0.0, 0.0, 0.0])
SERVICES = ("startimp", "stopimp", "clearerr", "jointreset", "activate_gripper", "reset_gripper", "update_param")


class Arm:
    """First-order lag of 80 ms, by the wall clock; a hand of 80 mm."""

    def __init__(self, reflex_after: float = math.inf, hang_after: float = math.inf) -> None:
        self.reflex_at, self.hang_at = time.monotonic() + reflex_after, time.monotonic() + hang_after
        self.goal, self.place, self.speed = START.copy(), START.copy(), np.zeros(6)
        self.width = self.width_goal = 0.08
        self.poses: list[list[float]] = []
        self.services: list[str] = []
        self._moved_at = time.monotonic()

    def move(self) -> None:
        now = time.monotonic()
        seconds = max(now - self._moved_at, 1e-6)
        self._moved_at = now
        share = 1 - math.exp(-seconds / 0.08)
        step = np.zeros(6) if now > self.reflex_at else share * (self.goal - self.place)
        self.place = self.place + step
        self.speed = step / seconds
        self.width += share * (self.width_goal - self.width)

    def answer(self, route: str, body: Any) -> Any:
        """What comes back: an object, or a word; None for no such route."""
        self.move()
        if route == "getstate":
            return {
                "pose": pose_of(self.place), "vel": self.speed.tolist(), "force": [0.5, -0.25, 1.5], "torque": [0.0, 0.1, 0.0],
                "q": [0.0, -0.8, 0.0, -2.4, 0.0, 1.6, 0.8], "dq": [float(np.max(np.abs(self.speed)))] + [0.0] * 6,
                "jacobian": [[0.0] * 7] * 6, "gripper_pos": self.width,
            }
        if route == "pose":
            self.poses.append(body["arr"])
            self.goal = axes_of(body["arr"])
            return "Moved"
        if route == "move_gripper":
            self.width_goal = float(np.clip(int(body["gripper_pos"]), 0, 255)) / 2550
            return "Moved Gripper"
        if route in SERVICES:
            self.services.append(route)
            if route == "clearerr":
                self.reflex_at = math.inf
            return "Done"
        return None


def make(arm: Arm, port: int = 0) -> HTTPServer:
    """The server of an arm, on this machine alone."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_POST(self) -> None:  # noqa: N802  the name that the library calls
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            while time.monotonic() > arm.hang_at:
                time.sleep(0.01)
            answer = arm.answer(self.path.strip("/"), json.loads(body or b"{}"))
            self.send_response(200 if answer is not None else 404)
            self.end_headers()
            try:
                self.wfile.write((answer if isinstance(answer, str) else json.dumps(answer)).encode())
            except OSError:
                pass  # nobody waits any more

        def log_message(self, *_: object) -> None:
            pass

    return HTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--reflex-after", type=float, default=math.inf)
    parser.add_argument("--hang-after", type=float, default=math.inf)
    chosen = parser.parse_args()
    try:
        make(Arm(chosen.reflex_after, chosen.hang_after), chosen.port).serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
