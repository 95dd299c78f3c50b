"""Drives one robot by Hone's wire: the socket, the time, the samples. Whom to obey is `session.py`'s business.

A robot of one's own needs the members of `Robot` and this file; see `gymnasium_bridge.py` for a whole program.
"""

from __future__ import annotations

import errno
import os
import resource
import secrets
import socket as sockets
import stat
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import zmq
from numpy.typing import NDArray

import hone_wire as wire
from hone_wire import PURPOSES, Flag, WireError
from keys import Guard
from session import Session, Suspensions

MAXIMUM_PEERS = 16
"""Peers that get samples at a time; the oldest onlooker makes room for a new one."""
LOCKSTEP_ATTEMPTS = 250
"""To hand over a message, 200 µs apart: a peer that reads nothing holds a lockstep bridge up for 50 ms."""
ANSWER_ATTEMPTS = 10
"""The same of an answer in real time, for 2 ms: somebody waits for it, while a sample soon has a newer one."""
MOST_PARTS = 64
"""Of a message that are passed over in one turn: libzmq bounds neither their number nor their sum."""
Vector = NDArray[np.float64]


class PlaceTaken(Exception):
    """Where a local socket was to be there is something that stays as it is; a sentence for a person."""


class Robot(Protocol):
    """What a driver needs of a robot; one thread calls it."""

    name: str
    """Its model: the name of a file in `robots/`."""
    serial: str
    """The machine: the name of a file in `calibration/`."""
    task: str
    control_space: str
    rate: float
    """Commands a second."""
    neutral: Vector
    """The set-point at which it stands still, or that of the next period on the way to a standstill; 0 of an axis that
    is commanded by its velocity."""
    position: Vector
    velocity: Vector
    captured_ns: int | None
    """When these were measured, by `time.monotonic_ns`; None: just now. What was not measured anew is not sent anew."""
    solved: bool
    terminal: bool
    truncated: bool
    """The episode is over for a reason that is none of the task's, such as a limit of time."""

    def axes(self) -> list[dict[str, Any]]:
        """Name, unit, lower, upper, velocity and acceleration of each axis, as `describe` has them.

        An axis in m/s or rad/s is commanded by its velocity: it has acceleration and jerk instead, and without a valid
        command the driver brings its set-point to 0 with that acceleration.
        """

    def feature_names(self) -> list[tuple[str, str]]:
        """Name and unit of each feature."""

    def features(self) -> NDArray[np.float32]:
        """What it measures beside its axes; numbers that are not finite are a fault."""

    def take_actions(self, actions: wire.Actions | None) -> None:
        """What −1…1 of an operator are in the session that begins; None where the agent does not say."""

    def operator(self) -> Vector | None:
        """What a person, or a script, would do now: −1…1 per axis; None without one."""

    def reset(self, purpose: str, seed: int) -> float:
        """Brings the scene to the start of an episode; returns the robot time it took, s.

        Whatever this or `advance` raises is a fault, told in one line: the robot is held until a reset succeeds.
        """

    def advance(self, target: Vector) -> None:
        """Moves towards a set-point for one command period."""


def suspended_ns() -> int:
    """How long this machine was suspended in all, which its monotonic clock does not count; 0 where none can say."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux'
    if clock is None:
        return 0
    suspended, narrowest = 0, None
    for _ in range(8):
        before = time.monotonic_ns()
        boot = time.clock_gettime_ns(clock)
        width = time.monotonic_ns() - before
        if narrowest is None or width < narrowest:
            suspended, narrowest = boot - before, width
        if narrowest < 1_000_000:  # nobody was kept waiting between the two readings
            break
    return suspended


class Driver:
    """One robot on one endpoint. Single-threaded.

    With a `guard` connections are encrypted and only the holders of allowed keys are served. `program` stands in
    front of what is said on standard error; `newest` is the newest version of the messages that is spoken;
    `suspended` says how long the machine was suspended in all, ns.
    """

    def __init__(
        self, robot: Robot, endpoint: str, lockstep: bool, watchdog_ms: float, guard: Guard | None = None,
        program: str = "bridge", robot_id: str | None = None, newest: int = wire.NEWEST,
        suspended: Callable[[], int] = suspended_ns,
    ) -> None:
        self.robot, self.program, self.newest = robot, program, newest
        self.refused: Counter[str] = Counter()
        self.running = True
        self.session = Session(
            secrets.randbits(64), robot_id or f"{robot.name}/{robot.serial}", lockstep, watchdog_ms
        )
        self._period_ns = round(1e9 / robot.rate)
        self._virtual_ns = 0
        self._suspended, self._suspensions = suspended, Suspensions()
        self._sequence = 0
        self._episode = 0
        self._operator_asked = False
        self._is_failed = False  # and not reset since
        self._sent_ns: int | None = None  # when the robot was measured whose sample was sent last
        self._target = np.array(robot.neutral, dtype=np.float64)
        self._braking = braking(robot.axes(), robot.rate)
        # In the order of their hello, and whether they know of truncation; all get samples in real time.
        self._peers: dict[bytes, bool] = {}
        self._is_amid_message = False  # parts of one are still to come, which nobody reads
        self._guard = guard
        self._socket = bound(endpoint, guard)
        self.address = self._socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()

    def describe(self, version: int = wire.NEWEST) -> dict[str, Any]:
        """What the handshake says of this robot; the agent compares it with `robots/*.yaml`."""
        robot, session = self.robot, self.session
        description = {
            "type": "describe", "protocol": wire.PROTOCOL, "version": version,
            "robot": robot.name, "serial": robot.serial, "boot": f"{session.boot:016x}",
            "lockstep": session.lockstep, "control_space": robot.control_space,
            "command_rate_hz": robot.rate, "watchdog_ms": session.watchdog_ms, "task": robot.task,
            "operator": robot.operator() is not None, "axes": robot.axes(),
            "features": [{"name": name, "unit": unit} for name, unit in robot.feature_names()],
        }
        return description | ({"robot_id": session.robot_id} if version >= 2 else {})

    def run(self) -> None:
        """Serves until `running` is false (a signal, or a test)."""
        deadline = time.monotonic_ns() + self._period_ns
        while self.running:
            if self.session.lockstep:
                self._receive(200)
                continue
            remaining = deadline - time.monotonic_ns()
            if remaining > 0:
                self._receive(max(1, remaining // 1_000_000) if remaining > 200_000 else 0)
                continue
            # A late tick is not caught up with: the robot then runs slower than real time, never faster.
            deadline = max(deadline + self._period_ns, time.monotonic_ns())
            self._tick()
        self.close()

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()
        if self._guard:
            self._guard.close()

    # -- time and samples ------------------------------------------------------------------------

    def _now(self) -> int:
        """The bridge's clock, ns: the robot's own time in lockstep, so that a session repeats exactly."""
        return self._virtual_ns if self.session.lockstep else time.monotonic_ns()

    def _tick(self) -> None:
        """One command period of real time: the newest valid command, or the neutral action."""
        now = time.monotonic_ns()
        if self.session.is_silent(now):
            self._drop_commander("fell silent")
        self._watch_suspension()
        # No command is still being carried out when its validity ends.
        self.session.expire(now, self._period_ns)
        self._advance()
        # What is not measured anew is no sample, unless it is held and says why.
        captured = self.robot.captured_ns
        if captured is None or captured != self._sent_ns or self._is_failed:
            self._send_sample()
        self._sent_ns = captured

    def _watch_suspension(self) -> None:
        """Stops a robot whose machine was suspended, as if somebody had asked for it: nothing looks late afterwards."""
        if self.session.lockstep:
            return
        slept = self._suspensions.take(self._suspended())
        if slept == 0:
            return
        self.session.request_stop()
        text = f"the machine of this bridge was suspended for {span_text(slept)}; the robot is stopped until a start"
        print(f"{self.program}: {text}", file=sys.stderr, flush=True)
        if self.session.commander is not None:
            self._reply(self.session.commander, None, {"type": "error", "code": "fault", "message": text})

    def _advance(self) -> None:
        """Moves the robot one command period on."""
        self._virtual_ns += self._period_ns
        command = self.session.command
        if self._is_failed:
            return
        try:
            self._target = (
                braked(self._target, self.robot.neutral, self._braking)
                if command is None else np.array(command.position)
            )
            self.robot.advance(self._target)
        except Exception as error:  # a robot's own code: whatever it is, the robot is held
            self._fail(fault_text(error))
            return
        odd = np.flatnonzero(~np.isfinite(self.robot.features()))
        if len(odd) > 0:
            self._fail(f"feature {self.robot.feature_names()[odd[0]][0]} is not finite")

    def _fail(self, text: str) -> None:
        """Holds the robot until a reset succeeds, and says why in one line, here and to the commander."""
        self._is_failed = True
        self.session.fail()
        print(f"{self.program}: fault: {text}; the robot is held until a reset", file=sys.stderr, flush=True)
        if self.session.commander is not None:
            self._reply(self.session.commander, None, {"type": "error", "code": "fault", "message": text})

    def _send_sample(self) -> None:
        """Measures and sends; not-finite features are sent as they are, with the stop reason `fault`."""
        robot, session, now = self.robot, self.session, self._now()
        self._sequence += 1
        operator = robot.operator() if self._operator_asked else None
        flags = Flag.SUCCESS if robot.solved else Flag(0)
        flags |= Flag.TERMINAL if robot.terminal else Flag(0)
        flags |= Flag.ENABLED if session.is_enabled else Flag(0)
        flags |= Flag.OPERATOR if operator is not None else Flag(0)
        sample = wire.Sample(
            session=session.number, epoch=session.epoch, sequence=self._sequence, send_ns=now,
            boot=session.boot, capture_ns=self._captured(now), acknowledged=session.acknowledged,
            episode=self._episode, stop=session.stop, flags=flags,
            position=robot.position.tolist(), velocity=robot.velocity.tolist(),
            operator=[0.0] * len(robot.neutral) if operator is None else operator.tolist(),
            features=robot.features().tolist(),
        )
        frames: dict[tuple[bool, bool], bytes] = {}
        for peer in [session.commander] if session.lockstep else list(self._peers):
            if peer is None:
                continue
            # Whose session it is, is the commander's business; and only some know of truncation.
            form = peer == session.commander, robot.truncated and self._peers.get(peer, False)
            if form not in frames:
                seen = sample if form[0] else replace(sample, session=0, epoch=0)
                frames[form] = wire.encode_sample(replace(seen, flags=flags | Flag.TRUNCATED) if form[1] else seen)
            self._send(peer, frames[form])

    def _captured(self, now: int) -> int:
        """When the robot was measured: in lockstep, and where it does not say, now."""
        at = None if self.session.lockstep else self.robot.captured_ns
        return now if at is None else min(now, at)

    def _send(self, peer: bytes, message: bytes) -> None:
        """Hardly waits: a peer that does not read misses messages, one that has gone is let go.

        In lockstep a lost message would stop time for good, and a queue can look full for a moment: libzmq reads what
        the other side has taken at most once a millisecond.
        """
        attempts = ANSWER_ATTEMPTS if message.startswith(b"{") else 1
        attempts = LOCKSTEP_ATTEMPTS if self.session.lockstep else attempts
        while attempts > 0:
            attempts -= 1
            try:
                self._socket.send_multipart([peer, message], zmq.NOBLOCK)
                return
            except zmq.ZMQError as error:
                if error.errno == errno.EAGAIN and attempts > 0:
                    time.sleep(200e-6)
                    continue
                self.refused["unsent"] += 1
                if error.errno == errno.EHOSTUNREACH:
                    self._peers.pop(peer, None)
                    if peer == self.session.commander:
                        self._drop_commander("has gone")
                return

    def _drop_commander(self, reason: str) -> None:
        print(f"{self.program}: commander {reason}; robot released", file=sys.stderr)
        self.session.release()
        self._operator_asked = False

    # -- messages --------------------------------------------------------------------------------

    def _receive(self, timeout_ms: int) -> None:
        """Handles whatever arrives within `timeout_ms`."""
        if not self._socket.poll(timeout_ms):
            return
        if self._is_amid_message:
            self._skip_parts()
            return
        peer = self._socket.recv()
        parts = [self._socket.recv()] if self._socket.getsockopt(zmq.RCVMORE) else []
        surplus = self._skip_parts()
        self._watch_suspension()  # what waited meanwhile is not obeyed
        number: int | None = None
        try:
            if len(parts) + surplus != 1:
                more = "more than " if self._is_amid_message else ""
                raise WireError("parts", f"a message of {more}{len(parts) + surplus} parts, expected 1")
            if not parts[0]:
                return  # a look whether this side is there
            if parts[0][:1] == b"{":
                message = wire.decode_object(parts[0])
                number = wire.request_number(message) if self.newest >= 2 else None
                fields = self._answer(peer, wire.kind(message), message)
                self._reply(peer, number, fields)
                if fields["type"] == "ready" and self.session.lockstep:
                    self._send_sample()
            else:
                self._command(peer, wire.decode_command(parts[0], len(self.robot.neutral)))
        except WireError as error:
            self.refused[error.reason] += 1
            if self.refused[error.reason] == 1:
                print(f"{self.program}: refused: {error} ({error.reason})", file=sys.stderr)
            self._reply(peer, number, {"type": "error", "code": error.code, "message": str(error)})

    def _skip_parts(self) -> int:
        """Passes over what is left of a message, as far as one turn may; returns how many parts it was."""
        skipped = 0
        self._is_amid_message = bool(self._socket.getsockopt(zmq.RCVMORE))
        while self._is_amid_message and skipped < MOST_PARTS:
            self._socket.recv()
            skipped += 1
            self._is_amid_message = bool(self._socket.getsockopt(zmq.RCVMORE))
        if skipped:
            self.refused["surplus parts"] += skipped
        return skipped

    def _reply(self, peer: bytes, number: int | None, fields: dict[str, Any]) -> None:
        """Answers, with the request's number where it had one."""
        self._send(peer, wire.encode_message(**fields, **({} if number is None else {"id": number})))

    def _command(self, peer: bytes, command: wire.Command) -> None:
        """Takes a decoded command; in lockstep an accepted one moves the robot's time."""
        self.session.admit(peer, command, time.monotonic_ns())
        if self.session.lockstep:
            self._advance()
            self._send_sample()

    def _answer(self, peer: bytes, kind: str, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a slow-path message."""
        session, now = self.session, time.monotonic_ns()
        if kind == "hello":
            version = wire.agreed_version(message, self.newest)
            self._admit(peer, message.get("truncated") is True)
            return self.describe(version)
        if kind == "start":
            is_told = self.newest >= 2 and wire.request_number(message) is not None
            answer = self._start(peer, is_told, *session.check_start(message))
            self.robot.take_actions(wire.operator_actions(message, [axis["name"] for axis in self.robot.axes()]))
            return answer
        if kind == "reset":
            return self._reset(peer, message)
        if kind == "stop":  # from whomever, and whatever else it says: stopping needs no authority
            session.request_stop()
            session.hear(peer, now)
            return {"type": "stopped"}
        if kind == "release":
            session.check(peer, message)
            session.release()
            self._operator_asked = False
            return {"type": "released"}
        raise WireError("malformed", f"no message is of the type '{kind[:40]}'")

    def _start(self, peer: bytes, is_told: bool, number: int, epoch: int, token: str | None) -> dict[str, Any]:
        """Makes a peer the commander, and tells it its token where it may know of such."""
        session = self.session
        if session.is_rival(peer, number, token) and session.commander is not None:
            # Only one that has gone may be followed, and sending (nothing) is how that shows.
            self._send(session.commander, b"")
        session.start(peer, number, epoch, time.monotonic_ns(), token)
        if self._is_failed:
            session.fail()
        self._admit(peer, self._peers.get(peer, False))
        return {"type": "started", "epoch": epoch} | ({"token": session.token} if is_told else {})

    def _admit(self, peer: bytes, knows_truncation: bool) -> None:
        """Remembers who gets samples, and which."""
        onlookers = [known for known in self._peers if known not in (peer, self.session.commander)]
        if peer not in self._peers and len(self._peers) >= MAXIMUM_PEERS and onlookers:
            del self._peers[onlookers[0]]
        self._peers[peer] = knows_truncation

    def _reset(self, peer: bytes, message: dict[str, Any]) -> dict[str, Any]:
        """Sets the scene for an episode; in lockstep its first sample follows the answer."""
        session = self.session
        session.check(peer, message)
        purpose, seed = message.get("purpose"), wire.number_text(message, "seed", 10)
        if purpose not in PURPOSES:
            raise WireError("malformed", f"'purpose' of reset is none of {', '.join(PURPOSES)}")
        self._episode = wire.integer(message, "episode", 32)
        self._operator_asked = message.get("operator") is True
        try:
            seconds = self.robot.reset(purpose, seed)
        except Exception as error:
            self._is_failed = True
            session.fail()
            raise WireError("fault", fault_text(error)) from None
        self._is_failed = False
        self._virtual_ns += round(1e9 * seconds) + self._period_ns
        session.begin_episode()
        session.hear(peer, time.monotonic_ns())
        return {"type": "ready", "episode": self._episode, "duration_s": seconds}


def braking(axes: list[dict[str, Any]], rate: float) -> Vector:
    """By how much the set-point of each axis changes in a period that brakes; 0 for one that is no velocity."""
    return np.array([
        axis["acceleration"] / rate if axis["unit"] in ("m/s", "rad/s") else 0.0 for axis in axes
    ])


def braked(target: Vector, neutral: Vector, step: Vector) -> Vector:
    """The next set-point of a robot that nobody commands: velocities on their way to 0, the rest as `neutral` has it."""
    return np.where(step > 0, target - np.clip(target, -step, step), neutral)


def span_text(nanoseconds: int) -> str:
    """A span of time for a person."""
    seconds = round(nanoseconds / 1e9)
    if seconds < 60:
        return f"{nanoseconds / 1e9:.2f} s"
    minutes, hours = seconds // 60, seconds // 3600
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min {seconds % 60} s"


def fault_text(error: BaseException) -> str:
    """An exception in one line: the type's name is left to those that say nothing."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def bound_memory(more: int) -> None:
    """Lets this process have no more than so many bytes beyond what it has now.

    Of a message whose last part never comes libzmq keeps all that came, and says nothing of it. Where an allocation is
    refused it breaks off that connection, and gives back what it held.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[5])
        limit, most = resource.getrlimit(resource.RLIMIT_DATA)
    except (OSError, ValueError, IndexError):
        return  # no Linux
    wanted = pages * resource.getpagesize() + more
    if any(known != resource.RLIM_INFINITY and known <= wanted for known in (limit, most)):
        return
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


def bound(endpoint: str, guard: Guard | None) -> zmq.Socket[bytes]:
    """A ROUTER that listens."""
    socket = guard.socket() if guard else zmq.Context.instance().socket(zmq.ROUTER)
    socket.setsockopt(zmq.LINGER, 200)
    # To a peer that is only late, on two cores with a load of 15, sends that do not wait lost 121 of 1,568 frames
    # with 8, 21 of 1,556 with 16, 8 of 1,590 with 64 and none of 1,592 with 128.
    socket.setsockopt(zmq.SNDHWM, 64)
    socket.setsockopt(zmq.RCVHWM, 8)
    # Connections that never say who they are, or whose host has died, are cleared away. Never by
    # heartbeats: libzmq ends the process over one on a full connection (its issue 4364).
    socket.setsockopt(zmq.HANDSHAKE_IVL, 2000)
    socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE_INTVL, 1)
    socket.setsockopt(zmq.TCP_KEEPALIVE_CNT, 3)
    socket.setsockopt(zmq.MAXMSGSIZE, wire.MAXIMUM_JSON_BYTES)
    # Sending to a peer that has gone is an error then, which is how a dead commander is noticed.
    socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
    if endpoint.startswith("ipc://@"):
        raise PlaceTaken("a name after @ has no permissions, so that any account of this machine could connect")
    if endpoint.startswith("ipc://"):
        clear_place(endpoint.removeprefix("ipc://"))
    socket.bind(endpoint)
    return socket


def openness(address: str) -> str | None:
    """Who else can command the robot at an address without keys; None where nobody but this account and root can."""
    advice = "Bind ipc:// in a folder of mode 0700, or give both sides keys (hone keys)"
    if address.startswith("tcp://"):
        return f"any account of this machine can command this robot: {address} has no keys. {advice}"
    path = Path(address.removeprefix("ipc://")).resolve()
    modes = [folder.stat().st_mode for folder in path.parents]
    # To write to the socket, and to pass all folders above it.
    others = path.stat().st_mode & stat.S_IWOTH and all(mode & stat.S_IXOTH for mode in modes)
    group = path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH) and all(mode & (stat.S_IXGRP | stat.S_IXOTH) for mode in modes)
    if not others and not group:
        return None
    who = "any account of this machine" if others else "accounts of its group"
    return f"{who} can command this robot: the socket {str(path)!r} admits them. {advice}"


def clear_place(path: str) -> None:
    """Makes a path free for a local socket, or raises `PlaceTaken`: libzmq would remove whatever is there.

    Only a socket at which nobody answers any more is taken away.
    """
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise PlaceTaken(f"{path!r} is there, is no socket, and stays as it is; name another path")
    with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as peer:
        peer.setblocking(False)
        try:
            peer.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            # Of another kind, or with a full queue: somebody's too.
            if error.errno not in (errno.EAGAIN, errno.EPROTOTYPE):
                raise PlaceTaken(f"{path!r} cannot be used: {error.strerror}") from None
    raise PlaceTaken(f"a program listens at {path!r} already; end it first, or name another path")
