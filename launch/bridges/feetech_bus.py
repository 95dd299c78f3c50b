"""A serial line of the tests with six STS3215 motors on it, as an SO-101 has: Feetech's protocol 0, on a pseudo-terminal.

    python feetech_bus.py CALIBRATION.json LINK [--unplug-file FILE]

LINK becomes the line's name. Each motor follows its goal with a lag while its torque is on, and holds the calibration that
the file says. When FILE appears the line goes away, as a pulled plug does.

A packet is FF FF, id, length, instruction or error, parameters, and the inverted sum of all from the id on.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import select
import sys
import time
import tty
from pathlib import Path

PING, READ, WRITE, SYNC_READ, SYNC_WRITE = 0x01, 0x02, 0x03, 0x82, 0x83
BROADCAST = 0xFE
FIRMWARE, MODEL, MINIMUM, MAXIMUM, HOMING, TORQUE, GOAL, PRESENT = 0, 3, 9, 11, 31, 40, 42, 56
STS3215 = 777
LAG_S = 0.05


class Motor:
    """A table of registers, and where the shaft is."""

    def __init__(self, calibration: dict[str, int]) -> None:
        self.table = bytearray(256)
        self.table[FIRMWARE : FIRMWARE + 2] = bytes((3, 10))
        for address, value in (
            (MODEL, STS3215), (MINIMUM, calibration["range_min"]), (MAXIMUM, calibration["range_max"]),
            (HOMING, calibration["homing_offset"]),
        ):
            self.set(address, value)
        self.place = (calibration["range_min"] + calibration["range_max"]) / 2
        self.set(GOAL, round(self.place))
        self._moved_at = time.monotonic()

    def set(self, address: int, value: int) -> None:
        self.table[address : address + 2] = value.to_bytes(2, "little")

    def get(self, address: int) -> int:
        return int.from_bytes(self.table[address : address + 2], "little")

    def move(self) -> None:
        """Lets the time since the last call pass."""
        now = time.monotonic()
        share = 1 - math.exp(-(now - self._moved_at) / LAG_S)
        self._moved_at = now
        if self.table[TORQUE]:
            self.place += share * (self.get(GOAL) - self.place)
        self.set(PRESENT, round(self.place))


class Line:
    """What answers on the line."""

    def __init__(self, motors: dict[int, Motor]) -> None:
        self.motors = motors
        self._pending = b""

    def take(self, data: bytes) -> bytes:
        """The answers to all packets that are complete with these bytes."""
        self._pending += data
        answers = b""
        while (start := self._pending.find(b"\xff\xff")) >= 0 and len(self._pending) >= start + 6:
            packet = self._pending[start:]
            size = 4 + packet[3]
            if len(packet) < size:
                break
            self._pending = packet[size:]
            if ~sum(packet[2 : size - 1]) & 0xFF == packet[size - 1]:
                answers += self._answer(packet[2], packet[4], packet[5 : size - 1])
        return answers

    def _answer(self, number: int, instruction: int, words: bytes) -> bytes:
        for motor in self.motors.values():
            motor.move()
        if instruction == SYNC_READ:
            return b"".join(self._read(each, words[0], words[1]) for each in words[2:] if each in self.motors)
        if instruction == SYNC_WRITE:
            address, size = words[0], words[1]
            for at in range(2, len(words), size + 1):
                if words[at] in self.motors:
                    self.motors[words[at]].table[address : address + size] = words[at + 1 : at + 1 + size]
            return b""
        if number == BROADCAST and instruction == PING:
            return b"".join(status(each, b"") for each in self.motors)
        if number not in self.motors:
            return b""
        if instruction == READ:
            return self._read(number, words[0], words[1])
        if instruction == WRITE:
            self.motors[number].table[words[0] : words[0] + len(words) - 1] = words[1:]
        return status(number, b"")

    def _read(self, number: int, address: int, size: int) -> bytes:
        return status(number, bytes(self.motors[number].table[address : address + size]))


def status(number: int, words: bytes) -> bytes:
    """A motor's answer without an error."""
    body = bytes((number, len(words) + 2, 0)) + words
    return b"\xff\xff" + body + bytes((~sum(body) & 0xFF,))


def main() -> int:
    """Serves until it is ended, or the plug is pulled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("calibration", type=Path)
    parser.add_argument("link", type=Path)
    parser.add_argument("--unplug-file", type=Path)
    options = parser.parse_args()
    told = json.loads(options.calibration.read_text())
    line = Line({values["id"]: Motor(values) for values in told.values()})
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    options.link.symlink_to(os.ttyname(theirs))
    while options.unplug_file is None or not options.unplug_file.exists():
        if not select.select([ours], [], [], 0.05)[0]:
            continue
        answer = line.take(os.read(ours, 4096))
        if answer:
            os.write(ours, answer)
    places = ", ".join(f"{number} {motor.place:.0f}" for number, motor in line.motors.items())
    torques = "on" if all(motor.table[TORQUE] for motor in line.motors.values()) else "off"
    print(f"feetech_bus: unplugged at {places}; torque {torques}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
