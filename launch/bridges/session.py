"""Whose commands a bridge obeys, and which: sessions, epochs, sequences, expiry, stops.

No socket and no clock: everything is told the time, so that a test can tell any. Usable on its own beside
`hone_wire.py`, for a bridge to another robot.
"""

from __future__ import annotations

import secrets
from typing import Any

import hone_wire as wire
from hone_wire import Stop, WireError

SILENCE_NS = 3_000_000_000
"""A commander not heard of for so long, in real time, may be replaced."""
MEMORY = 64
"""Sessions remembered, so that a recorded `start` of an ended one changes nothing."""
SUSPENDED_NS = 10_000_000
"""Two readings of how long the machine was suspended that differ by more say that it was, in between."""
DRIFT = 5000
"""The measure of the clocks' difference may rise by a 5000th, 200 µs/s, more than two clocks drift apart."""


class Suspensions:
    """Notices that the machine was suspended: its monotonic clock has stood still, and nothing looks late."""

    def __init__(self) -> None:
        self._last: int | None = None

    def take(self, total_ns: int) -> int:
        """Takes a reading of how long it was suspended in all; returns what came since the last, 0 for nothing."""
        last, self._last = self._last, total_ns
        return 0 if last is None or total_ns - last <= SUSPENDED_NS else total_ns - last


class Session:
    """Who commands, in which epoch, and the one command that is obeyed.

    Refuses by raising a `WireError`. `boot` and `robot_id` are those of the bridge's description.
    """

    def __init__(self, boot: int, robot_id: str, lockstep: bool, watchdog_ms: float) -> None:
        self.boot, self.robot_id, self.lockstep, self.watchdog_ms = boot, robot_id, lockstep, watchdog_ms
        self.commander: bytes | None = None
        self.number = self.epoch = 0
        """The commander's session and epoch; 0 for none."""
        self.token = ""
        """The commander's right to start again from another connection, to be told to it alone."""
        self.acknowledged = 0
        """The last command obeyed in this epoch; 0 for none."""
        self.command: wire.Command | None = None
        """What is obeyed now; the newest accepted one is the only one."""
        self.stop = Stop.DISABLED
        self._is_stop_requested = False  # and no start since: whatever happened meanwhile
        self._past: dict[int, int] = {}  # epochs at which earlier sessions ended
        self._last = 0  # sequence of the last command accepted
        self._heard_ns = self._expires_ns = 0
        self._shortest_way: int | None = None
        self._measured_ns = 0  # when the shortest way was measured, or let rise last

    @property
    def is_enabled(self) -> bool:
        """Whether a valid command would be obeyed."""
        return self.stop in (Stop.NONE, Stop.WATCHDOG)

    # -- who commands ----------------------------------------------------------------------------

    def check_start(self, message: dict[str, Any]) -> tuple[int, int, str | None]:
        """Session, epoch and token, if any, of a `start` that means this bridge and this robot."""
        if "robot" in message and message["robot"] != self.robot_id:
            raise WireError("robot", f"this start means another robot; this one is {self.robot_id}")
        if "boot" in message and wire.number_text(message, "boot", 16) != self.boot:
            raise WireError("session", "this start means a bridge that has restarted since")
        session, epoch = wire.number_text(message, "session", 16), wire.integer(message, "epoch", 32)
        if session == 0:
            raise WireError("session", "session 0 means none")
        return session, epoch, wire.token_text(message)

    def is_rival(self, peer: bytes, session: int, token: str | None = None) -> bool:
        """Whether somebody else commands: another session, or this one from elsewhere without its token.

        A session's number is no right to command: whoever reads a command knows it.
        """
        if self.commander is None or session == self.number and peer == self.commander:
            return False
        return session != self.number or token is None or not secrets.compare_digest(token, self.token)

    def start(self, peer: bytes, session: int, epoch: int, now_ns: int, token: str | None = None) -> None:
        """Makes `peer` the commander: nobody else is, or its own session starts anew in a later epoch."""
        if self.is_rival(peer, session, token):
            raise WireError("busy", "another session commands this robot")
        last = self.epoch if self.commander is not None else self._past.get(session, -1)
        if epoch <= last:
            raise WireError("epoch", f"epoch {epoch} does not follow {last}")
        if self.commander is None:
            self.token = secrets.token_hex(16)
        self.commander, self.number, self.epoch = peer, session, epoch
        self._last = self.acknowledged = 0
        self._shortest_way = None
        self._heard_ns = now_ns
        self.command, self.stop, self._is_stop_requested = None, Stop.NONE, False

    def check(self, peer: bytes, message: dict[str, Any]) -> None:
        """Refuses a message that is not the commander's."""
        session = wire.number_text(message, "session", 16)
        self._check(peer, session, wire.integer(message, "epoch", 32))

    def release(self) -> None:
        """Leaves the robot to whoever starts next; for a commander that has gone, too."""
        if self.commander is not None:
            self._past.pop(self.number, None)
            self._past[self.number] = self.epoch
            while len(self._past) > MEMORY:
                del self._past[next(iter(self._past))]
        self.commander = self.command = None
        self.number, self.epoch, self.token = 0, 0, ""
        self.stop, self._is_stop_requested = Stop.DISABLED, False

    def hear(self, peer: bytes, now_ns: int) -> None:
        """Notes that the commander is alive; another peer's message changes nothing."""
        if peer == self.commander:
            self._heard_ns = now_ns

    def is_silent(self, now_ns: int) -> bool:
        """Whether the commander may be replaced."""
        return self.commander is not None and now_ns - self._heard_ns > SILENCE_NS

    # -- what is obeyed --------------------------------------------------------------------------

    def admit(self, peer: bytes, command: wire.Command, now_ns: int) -> bool:
        """Accepts a command; whether it is obeyed: while stopped time goes on, but no set-point does."""
        self._check(peer, command.session, command.epoch)
        if command.sequence <= self._last:
            raise WireError("sequence", f"command {command.sequence} does not follow {self._last}")
        self._check_age(command, now_ns)
        self._last = command.sequence
        self._heard_ns = now_ns
        if not self.is_enabled:
            self.command = None
            return False
        self.stop, self.acknowledged, self.command = Stop.NONE, command.sequence, command
        self._expires_ns = now_ns + min(command.validity_us * 1000, round(self.watchdog_ms * 1e6))
        return True

    def expire(self, now_ns: int, period_ns: int) -> None:
        """Ends a command that would not be valid for a whole period more."""
        if self.command is not None and now_ns + period_ns >= self._expires_ns:
            self.command = None
            self.stop = Stop.WATCHDOG if self.stop == Stop.NONE else self.stop

    def request_stop(self) -> None:
        """Stops, for whoever asks, until a `start`; a graver reason is still the one that is reported."""
        self.command, self.stop, self._is_stop_requested = None, max(self.stop, Stop.REQUESTED), True

    def fail(self) -> None:
        """The robot failed."""
        self.command, self.stop = None, Stop.FAULT

    def begin_episode(self) -> None:
        """Ends a fault of the simulation, but not a stop that was asked for: only `start` does."""
        self.command = None
        if self.stop in (Stop.WATCHDOG, Stop.FAULT):
            self.stop = Stop.REQUESTED if self._is_stop_requested else Stop.NONE

    # -- parts -----------------------------------------------------------------------------------

    def _check(self, peer: bytes, session: int, epoch: int) -> None:
        if self.commander is None or session != self.number:
            raise WireError("session", "this session does not command the robot; send start first")
        if peer != self.commander:
            raise WireError("busy", "another connection commands this session")
        if epoch != self.epoch:
            raise WireError("epoch", f"epoch {epoch} is not the current {self.epoch}")

    def _check_age(self, command: wire.Command, now_ns: int) -> None:
        """Refuses a command that lay on its way for longer than it is valid.

        The two clocks differ by an unknown amount: the fastest command of the epoch measures it.
        """
        if command.validity_us == 0:
            raise WireError("expired", "a command was valid for no time")
        if self.lockstep:
            return
        way = now_ns - command.send_ns
        if self._shortest_way is None:
            self._shortest_way, self._measured_ns = way, now_ns
            return
        # Since the last look, which may have refused a command: no moment is counted twice.
        drifted = self._shortest_way + (now_ns - self._measured_ns) // DRIFT
        self._shortest_way, self._measured_ns = min(drifted, way), now_ns
        late = way - self._shortest_way
        if late > command.validity_us * 1000:
            raise WireError("expired", f"a command came {late / 1e6:.1f} ms late")
