"""The lines to a LeRobot robot and its leader: one thread owns them, writes the newest goals and reads, and nobody waits long.

A reading that fails, or takes its time, costs LeRobot's own time-outs; whoever commands would be late by as much.
"""

from __future__ import annotations

import termios
import threading
import time
from typing import Any

LOST_S = 0.5
"""A robot that has not been read, or written to, for so long is a fault; until then its samples stop coming."""


class RobotLost(Exception):
    """The line to the robot is gone; a sentence for a person."""


class Line:
    """A connected robot, and its leader where there is one. Until `start` and after `stop` the caller owns both."""

    def __init__(self, device: Any, leader: Any = None) -> None:
        self.device, self.leader = device, leader
        self.observation: dict[str, Any] | None = None
        """What was read last, and `captured_ns` when, by `time.monotonic_ns`."""
        self.captured_ns = 0
        self.written_ns = 0
        self.led: dict[str, Any] | None = None
        """Where the leader was last, and `led_ns` when."""
        self.led_ns = 0
        self._gone = ""
        self._problem = "no answer"
        self._changed = threading.Condition()
        self._action: dict[str, float] | None = None
        self._is_running = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self) -> None:
        """Gives robot and leader to the thread."""
        self.captured_ns = self.written_ns = time.monotonic_ns()
        self._read_leader()
        self._is_running = True
        self._thread.start()

    def stop(self) -> None:
        """Takes them back; a thread that hangs in a reading is not waited for."""
        with self._changed:
            self._is_running = False
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def exchange(self, action: dict[str, float], seconds: float) -> None:
        """Has goals written and the robot read, and waits so long for that reading."""
        with self._changed:
            before = self.captured_ns
            self._action = action
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.captured_ns != before or self._gone, seconds)

    def check(self) -> None:
        """Raises where the line is gone, or the robot has been silent for too long."""
        if self._gone:
            raise RobotLost(
                f"the line to the robot is gone ({self._gone}): is the USB plug in, and the power? The motors that have power "
                "hold their last goal. Bring the arm to rest, then start this bridge again"
            )
        silent = time.monotonic_ns() - min(self.captured_ns, self.written_ns)
        if silent > LOST_S * 1e9:
            raise RobotLost(
                f"the robot has not answered for {silent / 1e9:.1f} s ({self._problem}): are its power and its cables in? "
                "The motors hold their last goal"
            )

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                # A leader is read while nobody commands, too: the description says whether there is one.
                self._changed.wait_for(
                    lambda: self._action is not None or not self._is_running, None if self.leader is None else 0.05
                )
                if not self._is_running:
                    return
                action, self._action = self._action, None
            if action is None:
                self._read_leader()
                continue
            if self._attempt(lambda: self.device.send_action(action)) is not None:
                self.written_ns = time.monotonic_ns()
            observation = self._attempt(self.device.get_observation)
            # Once more, unless there are newer goals to write meanwhile.
            if observation is None and self._action is None:
                observation = self._attempt(self.device.get_observation)
            with self._changed:
                # LeKiwi's client hands the same out again where nothing came.
                if observation is not None and observation is self.observation:
                    self._problem = "nothing new came from it; a LeKiwi's host ends by itself after its connection_time_s"
                elif observation is not None:
                    self.observation, self.captured_ns = observation, time.monotonic_ns()
                self._changed.notify_all()
            self._read_leader()

    def _attempt(self, call: Any) -> Any:
        """What a call returns; None where it fails, and what that means noted."""
        try:
            told = call()
            return True if told is None else told
        except Exception as error:  # noqa: BLE001  somebody else's code: whatever it is, the robot was not reached
            text = " ".join(str(error).split()) or type(error).__name__
            self._problem = text
            # LeRobot's word for no answer is ConnectionError; pyserial's for no line are the others.
            is_gone = isinstance(error, (OSError, termios.error)) and not isinstance(error, (ConnectionError, TimeoutError))
            if is_gone or not self.device.is_connected:
                self._gone = self._gone or text
            return None

    def _read_leader(self) -> None:
        if self.leader is None:
            return
        try:
            self.led, self.led_ns = self.leader.get_action(), time.monotonic_ns()
        except Exception:  # noqa: BLE001  an operator who is not there is said by the flag of the sample
            pass
