"""Hone's wire format in Python, for bridges: `struct`, `zlib` and `json` are all it takes.

The specification is `Sources/Bridge/WireFormat.md`. Multi-byte numbers are little-endian, a frame ends in
the CRC-32 (zlib's) of all bytes before it, and a message whose first byte is `{` is JSON instead.
Usable on its own: a bridge for another simulator or robot in Python imports this file and nothing else.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag, StrEnum
from typing import Any

MAGIC = b"HONE"
LAYOUT_VERSION = 1
"""Byte 4 of every frame; the same in all versions of the messages."""
OLDEST, NEWEST = 1, 2
"""Versions of the messages that this file knows."""
PROTOCOL = "hone-bridge"
KIND_SAMPLE = 1
KIND_COMMAND = 2
PURPOSES = ("demonstration", "evaluation", "training")
"""Of an episode, as `reset` names them."""
MAXIMUM_AXES = 64
MAXIMUM_FEATURES = 1024
MAXIMUM_JSON_BYTES = 65536

# magic, version, kind, flags, axes, features, epoch, session, sequence, send time, total bytes, reserved
_HEADER = struct.Struct("<4sBBHHHIQQQII")
# boot id, capture time, acknowledged command, episode, stop, camera parts
_SAMPLE = struct.Struct("<QQQIHH")
# validity in microseconds, reserved, sequence of the sample it is based on
_COMMAND = struct.Struct("<IIQ")
_CRC = struct.Struct("<I")


class Stop(IntEnum):
    """Why a bridge is not moving."""

    NONE = 0
    DISABLED = 1
    WATCHDOG = 2
    REQUESTED = 3
    LIMIT = 4
    FAULT = 5


class Flag(IntFlag):
    """Bits of a sample's flags."""

    SUCCESS = 1
    TERMINAL = 2
    ENABLED = 4
    OPERATOR = 8
    # Buttons of a person at the bridge, set while pressed.
    STOP = 16
    HOLD = 32
    ACKNOWLEDGE = 64
    START = 128
    RECOVER = 256
    TRUNCATED = 512
    """Over for a reason that is none of the task's; for agents that say in `hello` that they know it."""


class StopCode(StrEnum):
    """Who wants a robot stopped: the `code` of a `stop` in version 2, for a log, never a condition."""

    OPERATOR = "operator"
    GUARDIAN = "guardian"
    AGENT = "agent"
    TEST = "test"
    OTHER = "other"


REFUSALS = (
    "malformed", "version", "robot", "busy", "session", "epoch", "sequence", "expired", "state", "fault", "other",
)
"""The codes of an `error` message that an agent knows."""


class WireError(Exception):
    """A frame or message that is refused.

    `reason` is one of `REFUSALS`, or the finer reason for which something is malformed; `code` is what
    the agent is told.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    @property
    def code(self) -> str:
        """One of `REFUSALS`."""
        return self.reason if self.reason in REFUSALS else "malformed"


@dataclass
class Command:
    """A set-point that expires, as the agent sent it."""

    session: int
    epoch: int
    sequence: int
    send_ns: int
    validity_us: int
    based_on_sample: int
    position: tuple[float, ...]
    velocity: tuple[float, ...]


@dataclass
class Sample:
    """One state of the world, as the bridge measured it."""

    session: int = 0
    epoch: int = 0
    sequence: int = 0
    send_ns: int = 0
    boot: int = 0
    capture_ns: int = 0
    acknowledged: int = 0
    episode: int = 0
    stop: int = Stop.NONE
    flags: int = 0
    position: Sequence[float] = field(default_factory=tuple)
    velocity: Sequence[float] = field(default_factory=tuple)
    operator: Sequence[float] = field(default_factory=tuple)
    features: Sequence[float] = field(default_factory=tuple)


def encode_sample(sample: Sample) -> bytes:
    """Packs a sample."""
    axes, features = len(sample.position), len(sample.features)
    body = struct.Struct(f"<{2 * axes}d{axes + features}f")
    total = _HEADER.size + _SAMPLE.size + body.size + _CRC.size
    frame = (
        _HEADER.pack(
            MAGIC, LAYOUT_VERSION, KIND_SAMPLE, sample.flags, axes, features, sample.epoch, sample.session,
            sample.sequence, sample.send_ns, total, 0,
        )
        + _SAMPLE.pack(
            sample.boot, sample.capture_ns, sample.acknowledged, sample.episode, sample.stop, 0
        )
        + body.pack(*sample.position, *sample.velocity, *sample.operator, *sample.features)
    )
    return frame + _CRC.pack(zlib.crc32(frame))


def encode_command(command: Command) -> bytes:
    """Packs a command."""
    axes = len(command.position)
    body = struct.Struct(f"<{2 * axes}d")
    total = _HEADER.size + _COMMAND.size + body.size + _CRC.size
    frame = (
        _HEADER.pack(
            MAGIC, LAYOUT_VERSION, KIND_COMMAND, 0, axes, 0, command.epoch, command.session,
            command.sequence, command.send_ns, total, 0,
        )
        + _COMMAND.pack(command.validity_us, 0, command.based_on_sample)
        + body.pack(*command.position, *command.velocity)
    )
    return frame + _CRC.pack(zlib.crc32(frame))


def decode_command(frame: bytes, axes: int) -> Command:
    """Unpacks a command for a robot of `axes` axes, or raises the `WireError` of the first broken rule."""
    header = _check_header(frame, KIND_COMMAND, axes, 0)
    validity, reserved, based_on = _COMMAND.unpack_from(frame, _HEADER.size)
    if reserved != 0:
        raise WireError("reserved", f"reserved field of a command is {reserved}, not 0")
    _check_crc(frame)
    values = struct.unpack_from(f"<{2 * axes}d", frame, _HEADER.size + _COMMAND.size)
    if not all(math.isfinite(value) for value in values):
        raise WireError("not_finite", "a command holds a number that is not finite")
    return Command(
        session=header[7], epoch=header[6], sequence=header[8], send_ns=header[9],
        validity_us=validity, based_on_sample=based_on, position=values[:axes],
        velocity=values[axes:],
    )


def decode_sample(frame: bytes, axes: int, features: int) -> Sample:
    """Unpacks a sample (what an agent does; here for tests), or raises a `WireError`."""
    header = _check_header(frame, KIND_SAMPLE, axes, features)
    boot, capture, acknowledged, episode, stop, cameras = _SAMPLE.unpack_from(frame, _HEADER.size)
    if cameras != 0:
        raise WireError("reserved", f"{cameras} camera parts are announced, none are defined yet")
    _check_crc(frame)
    if stop not in tuple(Stop):
        raise WireError("stop", f"a sample's stop code is {stop}, which means nothing")
    if capture > header[9]:
        raise WireError("capture", f"a sample says that it was captured {capture - header[9]} ns after it was sent")
    values = struct.unpack_from(f"<{2 * axes}d{axes + features}f", frame, _HEADER.size + _SAMPLE.size)
    if not all(math.isfinite(value) for value in values):
        raise WireError("not_finite", "a sample holds a number that is not finite")
    return Sample(
        session=header[7], epoch=header[6], sequence=header[8], send_ns=header[9], boot=boot,
        capture_ns=capture, acknowledged=acknowledged, episode=episode, stop=stop, flags=header[3],
        position=values[:axes], velocity=values[axes : 2 * axes],
        operator=values[2 * axes : 3 * axes], features=values[3 * axes :],
    )


def _check_header(frame: bytes, kind: int, axes: int, features: int) -> tuple[Any, ...]:
    """Checks everything of the common header, in the order of the specification."""
    is_command = kind == KIND_COMMAND
    fixed = _HEADER.size + _CRC.size + (_COMMAND.size if is_command else _SAMPLE.size)
    if len(frame) < fixed:
        raise WireError("truncated", f"{len(frame)} bytes are too few: such a frame has {fixed} and more")
    header = _HEADER.unpack_from(frame)
    magic, version, found_kind, flags, found_axes, found_features = header[:6]
    if magic != MAGIC:
        raise WireError("magic", f"frame begins with {magic.hex()}, not with 'HONE'")
    if version != LAYOUT_VERSION:
        raise WireError("layout_version", f"frame has version {version}, this side speaks {LAYOUT_VERSION}")
    if found_kind != kind:
        raise WireError("kind", f"frame is of kind {found_kind}, expected {kind}")
    if header[10] != len(frame):
        raise WireError("length", f"frame states {header[10]} bytes and has {len(frame)}")
    if found_axes != axes or found_features != features:
        raise WireError(
            "shape",
            f"frame has {found_axes} axes and {found_features} features, expected {axes} and {features}",
        )
    computed = fixed + (16 if is_command else 20) * axes + 4 * features
    if len(frame) != computed:
        raise WireError("layout", f"frame has {len(frame)} bytes, its counts make {computed}")
    allowed = 0 if is_command else int(~Flag(0))
    if flags & ~allowed or header[11] != 0:
        raise WireError("reserved", f"reserved bits are set: flags {flags:#x}, word {header[11]:#x}")
    return header


def _check_crc(frame: bytes) -> None:
    """Checks the last four bytes."""
    (stored,) = _CRC.unpack_from(frame, len(frame) - _CRC.size)
    computed = zlib.crc32(memoryview(frame)[: -_CRC.size])
    if stored != computed:
        raise WireError("crc", f"CRC-32 of the frame is {computed:08x}, it carries {stored:08x}")


def encode_message(**fields: Any) -> bytes:
    """Packs a slow-path message."""
    return json.dumps(fields, separators=(",", ":"), allow_nan=False).encode()


def decode_object(message: bytes) -> dict[str, Any]:
    """Unpacks a slow-path message: one JSON object."""
    if len(message) > MAXIMUM_JSON_BYTES:
        raise WireError("malformed", f"a message of {len(message)} bytes is too long")
    try:
        value = json.loads(message)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise WireError("malformed", f"message is not JSON: {error}") from None
    except RecursionError:
        raise WireError("malformed", "message is not JSON: too deep") from None
    if not isinstance(value, dict):
        raise WireError("malformed", "message is not a JSON object")
    return value


def kind(message: dict[str, Any]) -> str:
    """What a message is."""
    value = message.get("type")
    if not isinstance(value, str):
        raise WireError("malformed", "message has no text under 'type'")
    return value


def request_number(message: dict[str, Any]) -> int | None:
    """The number that the answer returns; None where there is none, as in version 1."""
    value = message.get("id")
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 32
    return value if is_number else None


def token_text(message: dict[str, Any]) -> str | None:
    """The token that a `start` quotes; None where it quotes none, or what is no such."""
    value = message.get("token")
    is_token = isinstance(value, str) and len(value) == 32 and all(digit in "0123456789abcdef" for digit in value)
    return value if is_token else None


@dataclass(frozen=True)
class Box:
    """What an operator's −1…1 are on an axis: `delta` from the set-point, `absolute`, or `velocity`; in its unit."""

    kind: str
    low: float
    high: float


@dataclass(frozen=True)
class Actions:
    """What an operator's actions mean: one box an axis, and how often the agent reads one."""

    rate: float
    boxes: tuple[Box, ...]


def operator_actions(message: dict[str, Any], names: Sequence[str]) -> Actions | None:
    """`actions` of a `start`, for axes of these names in their order; None where it says none, or not for these."""
    told = message.get("actions")
    axes = told.get("axes") if isinstance(told, dict) else None
    if not isinstance(axes, list) or not all(isinstance(axis, dict) for axis in axes):
        return None
    if [axis.get("name") for axis in axes] != list(names):
        return None

    def number(value: Any) -> bool:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)

    for axis in axes:
        ends = axis.get("low"), axis.get("high")
        if axis.get("kind") not in ("delta", "absolute", "velocity") or not all(map(number, ends)) or ends[0] >= ends[1]:
            return None
    rate = told.get("rate_hz")
    if not number(rate) or rate <= 0:
        return None
    return Actions(float(rate), tuple(Box(axis["kind"], float(axis["low"]), float(axis["high"])) for axis in axes))


def agreed_version(hello: dict[str, Any], newest: int = NEWEST) -> int:
    """The newest version that an agent and this side, which speaks up to `newest`, both do."""
    oldest = hello.get("version")
    if hello.get("protocol") == PROTOCOL and isinstance(oldest, int) and not isinstance(oldest, bool):
        last = hello.get("newest")
        version = min(newest, max(oldest, last if isinstance(last, int) else oldest))
        if version >= max(oldest, OLDEST):
            return version
    raise WireError("version", f"this bridge speaks {PROTOCOL} versions {OLDEST} to {newest}")


def integer(message: dict[str, Any], key: str, bits: int) -> int:
    """The unsigned number under `key`."""
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << bits:
        raise WireError("malformed", f"'{key}' of {message['type']} is no unsigned {bits}-bit number")
    return value


def number_text(message: dict[str, Any], key: str, base: int) -> int:
    """The unsigned 64-bit number written as text under `key`: decimal, or exactly 16 hex digits."""
    value = message.get(key)
    digits = "0123456789abcdef"[:base]
    plausible = isinstance(value, str) and (len(value) == 16 if base == 16 else 1 <= len(value) <= 20)
    if not plausible or any(character not in digits for character in value.lower()):
        raise WireError("malformed", f"'{key}' of {message['type']} is no number in base {base}")
    number = int(value, base)
    if number >= 1 << 64:
        raise WireError("malformed", f"'{key}' of {message['type']} is beyond 64 bits")
    return number
