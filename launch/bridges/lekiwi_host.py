"""The host program of a LeKiwi, for tests: it speaks the wire of LeRobot's, JSON over ZeroMQ PULL and PUSH, newest alone.

    python lekiwi_host.py --commands 5555 --observations 5556

Arm in degrees, base in m/s and degrees/s, both with a lag. As LeRobot's it stops the base after 0.5 s without a command, and
only the base; it wants all nine numbers of a command.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import time

import zmq

ARM = tuple(f"arm_{name}.pos" for name in (
    "shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper",
))
BASE = ("x.vel", "y.vel", "theta.vel")
RATE = 30.0
WATCHDOG_S = 0.5
LAG_S = 0.06


def main() -> int:
    """Serves until it is ended; then says what the base was doing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--commands", type=int, default=5555)
    parser.add_argument("--observations", type=int, default=5556)
    options = parser.parse_args()
    context = zmq.Context()
    commands, observations = context.socket(zmq.PULL), context.socket(zmq.PUSH)
    for socket, port in ((commands, options.commands), (observations, options.observations)):
        socket.setsockopt(zmq.CONFLATE, 1)
        socket.setsockopt(zmq.LINGER, 0)
        socket.bind(f"tcp://127.0.0.1:{port}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    goals = dict.fromkeys(ARM, 0.0) | dict.fromkeys(BASE, 0.0)
    state = dict(goals)
    heard = moved = time.monotonic()
    try:
        while True:
            began = time.monotonic()
            try:
                told = json.loads(commands.recv_string(zmq.NOBLOCK))
                goals = {key: float(told[key]) for key in ARM + BASE}
                heard = began
            except zmq.Again:
                pass
            if began - heard > WATCHDOG_S:
                goals |= dict.fromkeys(BASE, 0.0)
            share = 1 - math.exp(-(began - moved) / LAG_S)
            moved = began
            state = {key: value + share * (goals[key] - value) for key, value in state.items()}
            try:
                observations.send_string(json.dumps(state), zmq.NOBLOCK)
            except zmq.Again:
                pass  # nobody listens
            time.sleep(max(0.0, 1 / RATE - (time.monotonic() - began)))
    except SystemExit:
        print(f"lekiwi_host: the base was sent {[goals[key] for key in BASE]} at the end", file=sys.stderr)
        return 0


if __name__ == "__main__":
    sys.exit(main())
