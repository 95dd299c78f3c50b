"""What every Python bridge's program has: the options of the wire, keys, signals, and the end in one line."""

from __future__ import annotations

import argparse
import re
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

import zmq

import keys
from driver import Driver, PlaceTaken, Robot, bound_memory, openness

ROOM_BYTES = 1 << 30
"""What an environment, and messages without an end, may take beyond what was there when serving began."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong and exits as sysexits has it."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: {message}\n")


def endpoint(text: str) -> str:
    """A place to bind."""
    if text.startswith("ipc://@"):
        raise argparse.ArgumentTypeError(
            f"'{text}': a name after @ has no permissions, so that any account of this machine could connect"
        )
    if not re.fullmatch(r"ipc://.+|tcp://[^:]+:\d{1,5}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is neither ipc://PATH nor tcp://127.0.0.1:PORT")
    return text


def positive(text: str) -> float:
    """A number above 0."""
    if not 0 < float(text) < float("inf"):
        raise ValueError  # which is how argparse is told
    return float(text)


def add_wire_options(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whom to admit."""
    parser.add_argument("--endpoint", type=endpoint, help="ipc://PATH or tcp://127.0.0.1:PORT to bind")
    parser.add_argument("--key", help="this bridge's secret key, a file of hone keys new: encrypts")
    parser.add_argument("--allow", help="the agents it admits, a file of hone keys allow")


def is_local(place: str) -> bool:
    """Whether only this machine reaches an endpoint."""
    return re.match(r"ipc://|tcp://(127(\.\d{1,3}){3}|localhost):", place) is not None


def check_wire_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Ends the program where the options of the wire cannot be meant."""
    if options.endpoint is None:
        parser.error("--endpoint is required to serve")
    if (options.key is None) != (options.allow is None):
        parser.error("--key and --allow go together; hone keys new and hone keys allow make both files")
    if options.key is None and not is_local(options.endpoint):
        parser.error(
            f"other machines can reach {options.endpoint}, which needs CURVE keys: --key and --allow, made by "
            "hone keys new and hone keys allow"
        )


def make_driver(
    program: str, robot: Robot, options: argparse.Namespace, lockstep: bool
) -> tuple[Driver | None, keys.Guard | None, int]:
    """The driver at its endpoint and its guard; without a driver the exit code, what is wrong having been said."""
    try:
        guard = None
        if options.key is not None:
            guard = keys.Guard(keys.read_secret(options.key), keys.read_allowed(options.allow))
        driver = Driver(robot, options.endpoint, lockstep, options.watchdog_ms, guard, program, options.robot_id)
    except keys.KeyProblem as error:
        print(f"{program}: {error}", file=sys.stderr)
        return None, None, 77
    except PlaceTaken as error:
        print(f"{program}: cannot bind {options.endpoint!r}: {error}", file=sys.stderr)
        return None, None, 69
    except zmq.ZMQError as error:
        print(f"{program}: cannot bind {options.endpoint}: {error}", file=sys.stderr)
        return None, None, 69
    return driver, guard, 0


def end_by_signals(stop: Callable[[], None]) -> None:
    """Has the usual signals end a program in order."""

    def end(_signal: int, _frame: object) -> None:
        stop()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    # A lost terminal ends it too, but not where it was started to outlast one.
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, end)


def serve(
    program: str, text: str, driver: Driver, guard: keys.Guard | None, failure: type[Exception]
) -> int:
    """Serves until a signal, or until a `failure` breaks off; the exit code."""

    def stop() -> None:
        driver.running = False

    end_by_signals(stop)
    print(f"{program}: {text}", file=sys.stderr, flush=True)
    if not guard and (line := openness(driver.address)):
        print(f"{program}: {line}", file=sys.stderr, flush=True)
    if guard:
        print(f"{program}: its public key is {guard.public.decode()}", file=sys.stderr, flush=True)
    failed: Exception | None = None
    bound_memory(ROOM_BYTES)
    try:
        driver.run()
    except failure as error:
        failed = error
        driver.close()
    if driver.refused:
        print(f"{program}: refused {dict(sorted(driver.refused.items()))}", file=sys.stderr)
    if failed:
        print(f"{program}: {failed}", file=sys.stderr)
    return 70 if failed else 0
