"""The least an agent can be, for `gymnasium_bridge --self-test`: a DEALER, a sequence number, request numbers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import zmq

import hone_wire as wire
from driver import Robot
from hone_wire import WireError

SESSION = 0x0123456789ABCDEF


class Failure(Exception):
    """A check that did not hold."""


def expect(condition: object, what: str) -> None:
    """Fails unless `condition`."""
    if not condition:
        raise Failure(what)


def refusal(action: Callable[[], Any]) -> str | None:
    """The reason of the `WireError` that `action` raises, or None."""
    try:
        action()
    except WireError as error:
        return error.reason
    return None


class Agent:
    """The least an agent can be: a DEALER and a sequence number."""

    def __init__(
        self, endpoint: str, robot: Robot, session: int = SESSION, version: int = wire.NEWEST,
        curve: tuple[bytes, bytes, bytes] | None = None,
    ) -> None:
        """`curve` holds the bridge's public key, and this side's public and secret one."""
        self.axes, self.count = len(robot.neutral), len(robot.feature_names())
        self.version, self.asked = version, 0
        self.session, self.epoch, self.sequence = session, 1, 0
        self.token: str | None = None
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        if curve:
            self.socket.curve_serverkey, self.socket.curve_publickey, self.socket.curve_secretkey = curve
        self.socket.connect(endpoint)

    def receive(self, timeout_ms: int = 5000) -> dict[str, Any] | wire.Sample | None:
        """The next message, or None after the time."""
        if not self.socket.poll(timeout_ms):
            return None
        message = self.socket.recv()
        if message[:1] == b"{":
            return wire.decode_object(message)
        return wire.decode_sample(message, self.axes, self.count)

    def request(self, kind: str, **fields: Any) -> int:
        """Sends a message, in version 2 with the number that is returned."""
        self.asked += 1
        number = {"id": self.asked} if self.version >= 2 else {}
        self.socket.send(wire.encode_message(type=kind, **number, **fields))
        return self.asked

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Sends a message and returns its answer without the number, past any samples on the way."""
        number = self.request(kind, **fields)
        for _ in range(1000):
            answer = self.receive()
            if isinstance(answer, dict):
                found = answer.pop("id", None)
                wanted = number if self.version >= 2 else None
                expect(found == wanted, f"an answer to {kind} with the number {wanted}, found {found}")
                return answer
            expect(answer is not None, f"an answer to {kind}")
        raise Failure(f"an answer to {kind} among 1000 samples")

    def hello(self, truncated: bool = True) -> dict[str, Any]:
        newest = {"newest": self.version} if self.version > 1 else {}
        return self.ask("hello", protocol=wire.PROTOCOL, version=1, agent="self-test", truncated=truncated, **newest)

    def start(self, **changes: Any) -> dict[str, Any]:
        """Starts, and keeps the token that it is told; returns the answer without it."""
        answer = self.ask("start", **{"session": f"{self.session:016x}", "epoch": self.epoch} | changes)
        self.token = answer.pop("token", self.token)
        return answer

    def reset(self, seed: int, purpose: str, operator: bool) -> dict[str, Any]:
        return self.ask(
            "reset", session=f"{self.session:016x}", epoch=self.epoch, episode=seed, seed=str(seed),
            purpose=purpose, operator=operator,
        )

    def command(self, position: list[float], **changes: Any) -> wire.Command:
        """The next command; `changes` spoil it."""
        self.sequence += 1
        return replace(
            wire.Command(
                session=self.session, epoch=self.epoch, sequence=self.sequence, send_ns=time.monotonic_ns(),
                validity_us=50_000, based_on_sample=0, position=tuple(position),
                velocity=(0.0,) * self.axes,
            ),
            **changes,
        )

    def send(self, command: wire.Command) -> None:
        self.socket.send(wire.encode_command(command))
