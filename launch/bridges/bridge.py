"""The bridge between a simulated robot and Hone's wire: sessions, commands, watchdog and samples."""

from __future__ import annotations

import errno
import secrets
import sys
import time
from collections import Counter
from typing import Any

import numpy as np
import zmq

import hone_wire as wire
from environments import PURPOSES, Robot
from hone_wire import Flag, Stop, WireError
from keys import Guard

SILENCE_NS = 3_000_000_000
"""A commander not heard of for so long, in real time, may be replaced."""
MAXIMUM_PEERS = 16
"""Peers that get samples at a time; the oldest onlooker makes room for a new one."""
MEMORY = 64
"""Sessions remembered, so that a recorded `start` of an ended one changes nothing."""


class Bridge:
    """One robot on one endpoint: session, commands, samples. Single-threaded.

    With a `guard` connections are encrypted and only the holders of allowed keys are served.
    """

    def __init__(
        self, robot: Robot, endpoint: str, lockstep: bool, watchdog_ms: float, guard: Guard | None = None
    ) -> None:
        self.robot, self.lockstep, self.watchdog_ms = robot, lockstep, watchdog_ms
        self.boot = secrets.randbits(64)
        self.refused: Counter[str] = Counter()
        self.running = True
        self._virtual_ns = 0
        self._sequence = 0
        self._peers: dict[bytes, None] = {}  # in the order of their hello; all get samples in real time
        self._commander: bytes | None = None
        self._session = self._epoch = self._episode = 0
        self._past: dict[int, int] = {}  # epochs at which earlier sessions ended
        self._last_command = self._acknowledged = 0
        self._heard_ns = self._expires_ns = 0
        self._shortest_way: int | None = None
        self._measured_ns = 0  # when the shortest way was measured, or let rise last
        self._target: np.ndarray | None = None
        self._stop = Stop.DISABLED
        self._operator_asked = False

        self._guard = guard
        self._socket = guard.socket() if guard else zmq.Context.instance().socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.LINGER, 200)
        self._socket.setsockopt(zmq.SNDHWM, 8)
        self._socket.setsockopt(zmq.RCVHWM, 8)
        # Connections that never say who they are, or whose host has died, are cleared away. Never by
        # heartbeats: libzmq ends the process over one on a full connection (its issue 4364).
        self._socket.setsockopt(zmq.HANDSHAKE_IVL, 2000)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE_IDLE, 1)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE_INTVL, 1)
        self._socket.setsockopt(zmq.TCP_KEEPALIVE_CNT, 3)
        self._socket.setsockopt(zmq.MAXMSGSIZE, wire.MAXIMUM_JSON_BYTES)
        # Sending to a peer that has gone is an error then, which is how a dead commander is noticed.
        self._socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self._socket.bind(endpoint)
        self.address = self._socket.getsockopt(zmq.LAST_ENDPOINT).rstrip(b"\0").decode()

    def describe(self) -> dict[str, Any]:
        """What the handshake says of this robot; the agent compares it with `robots/*.yaml`."""
        robot, world = self.robot, self.robot.world
        # Set-points may jump from edge to edge in one period: the environment has no inertia of its own.
        spans = (world.upper - world.lower) * robot.rate
        axes = [
            {
                "name": name, "unit": world.axis_unit, "lower": float(world.lower[index]),
                "upper": float(world.upper[index]), "velocity": float(4 * spans[index]),
                "acceleration": float(16 * spans[index] * robot.rate),
            }
            for index, name in enumerate(world.axis_names)
        ]
        return {
            "type": "describe", "protocol": wire.PROTOCOL, "version": wire.VERSION,
            "robot": world.name, "serial": world.serial, "boot": f"{self.boot:016x}",
            "lockstep": self.lockstep, "control_space": "environment_action",
            "command_rate_hz": robot.rate, "watchdog_ms": self.watchdog_ms, "task": world.task,
            "operator": robot.operator() is not None, "axes": axes,
            "features": [{"name": name, "unit": unit} for name, unit in world.feature_names],
        }

    def run(self) -> None:
        """Serves until `running` is false (a signal, or a test)."""
        period_ns = round(1e9 / self.robot.rate)
        deadline = time.monotonic_ns() + period_ns
        while self.running:
            if self.lockstep:
                self._receive(200)
                continue
            remaining = deadline - time.monotonic_ns()
            if remaining > 0:
                self._receive(max(1, remaining // 1_000_000) if remaining > 200_000 else 0)
                continue
            # A late tick is not caught up with: the world then runs slower than real time, never faster.
            deadline = max(deadline + period_ns, time.monotonic_ns())
            self._tick()
        self._socket.close()
        if self._guard:
            self._guard.close()

    # -- time and samples ------------------------------------------------------------------------

    def _now(self) -> int:
        """The bridge's clock, ns: the robot's own time in lockstep, so that a session repeats exactly."""
        return self._virtual_ns if self.lockstep else time.monotonic_ns()

    def _tick(self) -> None:
        """One command period of real time: the newest valid command, or the neutral action."""
        now = time.monotonic_ns()
        if self._commander and now - self._heard_ns > SILENCE_NS:
            self._drop_commander("fell silent")
        # No command is still being carried out when its validity ends.
        if self._target is not None and now + round(1e9 / self.robot.rate) >= self._expires_ns:
            self._target = None
            self._stop = Stop.WATCHDOG if self._stop == Stop.NONE else self._stop
        self._advance(self.robot.neutral if self._target is None else self._target)
        self._send_sample()

    def _advance(self, target: np.ndarray) -> None:
        """Moves the world one command period on."""
        self._virtual_ns += round(1e9 / self.robot.rate)
        self.robot.advance(target)
        if not np.all(np.isfinite(self.robot.state.features)):
            self._target, self._stop = None, Stop.FAULT

    def _send_sample(self) -> None:
        """Measures and sends; not-finite features are sent as they are, with the stop reason `fault`."""
        receivers = [self._commander] if self.lockstep else list(self._peers)
        self._sequence += 1
        robot, now = self.robot, self._now()
        operator = robot.operator() if self._operator_asked else None
        flags = Flag.SUCCESS if robot.solved else Flag(0)
        flags |= Flag.TERMINAL if robot.state.terminal else Flag(0)
        flags |= Flag.ENABLED if self._stop in (Stop.NONE, Stop.WATCHDOG) else Flag(0)
        flags |= Flag.OPERATOR if operator is not None else Flag(0)
        frame = wire.encode_sample(wire.Sample(
            session=self._session, epoch=self._epoch, sequence=self._sequence, send_ns=now,
            boot=self.boot, capture_ns=now, acknowledged=self._acknowledged,
            episode=self._episode, stop=self._stop, flags=flags,
            position=robot.position.tolist(), velocity=robot.velocity.tolist(),
            operator=[0.0] * robot.axes if operator is None else operator.tolist(),
            features=robot.features().tolist(),
        ))
        for peer in receivers:
            if peer is not None:
                self._send(peer, frame)

    def _send(self, peer: bytes, message: bytes) -> None:
        """Sends without waiting: a peer that does not read misses messages, one that has gone is let go."""
        try:
            self._socket.send_multipart([peer, message], zmq.NOBLOCK)
        except zmq.ZMQError as error:
            self.refused["unsent"] += 1
            if error.errno == errno.EHOSTUNREACH:
                self._peers.pop(peer, None)
                if peer == self._commander:
                    self._drop_commander("has gone")

    # -- messages --------------------------------------------------------------------------------

    def _receive(self, timeout_ms: int) -> None:
        """Handles whatever arrives within `timeout_ms`."""
        if not self._socket.poll(timeout_ms):
            return
        peer, *parts = self._socket.recv_multipart()
        try:
            if len(parts) != 1:
                raise WireError("parts", f"a message of {len(parts)} parts, expected 1")
            if not parts[0]:
                pass  # a look whether this side is there
            elif parts[0][:1] == b"{":
                self._message(peer, wire.decode_message(parts[0]))
            else:
                self._command(peer, wire.decode_command(parts[0], self.robot.axes))
        except WireError as error:
            self.refused[error.reason] += 1
            if self.refused[error.reason] == 1:
                print(f"gymnasium_bridge: refused: {error} ({error.reason})", file=sys.stderr)
            self._send(peer, wire.encode_message(
                type="error", code=error.code, message=str(error)
            ))

    def _command(self, peer: bytes, command: wire.Command) -> None:
        """Accepts or refuses a decoded command; in lockstep an accepted one moves the world's time.

        While stopped, time goes on but the set-point is not obeyed.
        """
        self._check_commander(peer, command.session, command.epoch)
        if command.sequence <= self._last_command:
            raise WireError(
                "sequence", f"command {command.sequence} does not follow {self._last_command}"
            )
        self._check_age(command)
        self._last_command = command.sequence
        self._heard_ns = time.monotonic_ns()
        stopped = self._stop not in (Stop.NONE, Stop.WATCHDOG)
        if not stopped:
            self._stop, self._acknowledged = Stop.NONE, command.sequence
        target = self.robot.neutral if stopped else np.array(command.position)
        if self.lockstep:
            self._advance(target)
            self._send_sample()
        else:
            valid_ns = min(command.validity_us * 1000, round(self.watchdog_ms * 1e6))
            self._target, self._expires_ns = target, self._heard_ns + valid_ns

    def _check_age(self, command: wire.Command) -> None:
        """Refuses a command that lay on its way for longer than it is valid.

        The two clocks differ by an unknown amount: the fastest command of the epoch measures it. The
        measure may rise by 200 µs/s, more than two clocks drift apart.
        """
        if command.validity_us == 0:
            raise WireError("expired", "a command was valid for no time")
        if self.lockstep:
            return
        now = time.monotonic_ns()
        way = now - command.send_ns
        if self._shortest_way is not None:
            # Since the last look, which may have refused a command: no moment is counted twice.
            drifted = self._shortest_way + (now - self._measured_ns) // 5000
            way_ahead = way - min(drifted, way)
            self._shortest_way, self._measured_ns = min(drifted, way), now
            if way_ahead > command.validity_us * 1000:
                raise WireError("expired", f"a command came {way_ahead / 1e6:.1f} ms late")
        else:
            self._shortest_way, self._measured_ns = way, now

    def _message(self, peer: bytes, message: dict[str, Any]) -> None:
        """Dispatches a slow-path message."""
        kind = message["type"]
        if kind == "hello":
            if message.get("protocol") != wire.PROTOCOL or message.get("version") != wire.VERSION:
                raise WireError("version", f"this bridge speaks {wire.PROTOCOL} {wire.VERSION}")
            self._admit(peer)
            self._send(peer, wire.encode_message(**self.describe()))
        elif kind == "start":
            if "boot" in message and wire.number_text(message, "boot", 16) != self.boot:
                raise WireError("session", "this start means a bridge that has restarted since")
            self._start(
                peer, wire.number_text(message, "session", 16), wire.integer(message, "epoch", 32)
            )
        elif kind == "reset":
            self._reset(peer, message)
        elif kind == "stop":  # from whomever: stopping needs no authority
            self._target, self._stop = None, max(self._stop, Stop.REQUESTED)
            if peer == self._commander:
                self._heard_ns = time.monotonic_ns()
            self._send(peer, wire.encode_message(type="stopped"))
        elif kind == "release":
            session = wire.number_text(message, "session", 16)
            self._check_commander(peer, session, wire.integer(message, "epoch", 32))
            self._drop_commander(None)
            self._send(peer, wire.encode_message(type="released"))
        else:
            raise WireError("malformed", f"no message is of the type '{kind[:40]}'")

    def _start(self, peer: bytes, session: int, epoch: int) -> None:
        """Makes `peer` the commander: nobody else is, or its own session starts anew in a later epoch."""
        if session == 0:
            raise WireError("session", "session 0 means none")
        if self._commander is not None and session != self._session:
            # Only one that has gone may be followed, and sending (nothing) is how that shows.
            self._send(self._commander, b"")
        if self._commander is not None and session != self._session:
            raise WireError("busy", "another session commands this robot")
        last = self._epoch if self._commander is not None else self._past.get(session, -1)
        if epoch <= last:
            raise WireError("epoch", f"epoch {epoch} does not follow {last}")
        self._commander = peer
        self._admit(peer)
        self._session, self._epoch = session, epoch
        self._last_command = self._acknowledged = 0
        self._shortest_way = None
        self._heard_ns = time.monotonic_ns()
        self._target, self._stop = None, Stop.NONE
        self._send(peer, wire.encode_message(type="started", epoch=epoch))

    def _admit(self, peer: bytes) -> None:
        """Remembers who gets samples."""
        onlookers = [known for known in self._peers if known not in (peer, self._commander)]
        if peer not in self._peers and len(self._peers) >= MAXIMUM_PEERS and onlookers:
            del self._peers[onlookers[0]]
        self._peers[peer] = None

    def _reset(self, peer: bytes, message: dict[str, Any]) -> None:
        """Sets the scene for an episode, and in lockstep shows the first sample.

        Ends a fault of the simulation, but not a stop that was asked for: only `start` does.
        """
        session = wire.number_text(message, "session", 16)
        self._check_commander(peer, session, wire.integer(message, "epoch", 32))
        purpose, seed = message.get("purpose"), wire.number_text(message, "seed", 10)
        if purpose not in PURPOSES:
            raise WireError("malformed", f"'purpose' of reset is none of {', '.join(PURPOSES)}")
        self._episode = wire.integer(message, "episode", 32)
        self._operator_asked = message.get("operator") is True
        seconds = self.robot.reset(purpose, seed)
        self._virtual_ns += round(1e9 * seconds) + round(1e9 / self.robot.rate)
        self._target = None
        if self._stop in (Stop.WATCHDOG, Stop.FAULT):
            self._stop = Stop.NONE
        self._heard_ns = time.monotonic_ns()
        self._send(peer, wire.encode_message(
            type="ready", episode=self._episode, duration_s=seconds
        ))
        if self.lockstep:
            self._send_sample()

    def _check_commander(self, peer: bytes, session: int, epoch: int) -> None:
        if self._commander is None or session != self._session:
            raise WireError("session", "this session does not command the robot; send start first")
        if peer != self._commander:
            raise WireError("busy", "another connection commands this session")
        if epoch != self._epoch:
            raise WireError("epoch", f"epoch {epoch} is not the current {self._epoch}")

    def _drop_commander(self, reason: str | None) -> None:
        """Leaves the robot to whoever starts next."""
        if reason:
            print(f"gymnasium_bridge: commander {reason}; robot released", file=sys.stderr)
        if self._commander is not None:
            self._past.pop(self._session, None)
            self._past[self._session] = self._epoch
            while len(self._past) > MEMORY:
                del self._past[next(iter(self._past))]
        self._commander = self._target = None
        self._session = self._epoch = 0
        self._stop = Stop.DISABLED
        self._operator_asked = False
