"""`gymnasium_bridge --self-test`: the wire, a session over a real socket, and scripted episodes.

Every check can fail; the first that does ends the test with exit code 1 and says what was expected. What is said over
a socket is said in each version of the messages.
"""

from __future__ import annotations

import math
import os
import re
import socket as sockets
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import zmq

import hone_wire as wire
import keys
from driver import Driver, PlaceTaken, bound, braked, braking, clear_place, openness, suspended_ns
from hone_wire import Flag, Stop
from odd_environments import check_odd_environments
from self_test_agent import SESSION, Agent, Failure, expect, refusal
from session import Session
from simulated_robot import SimulatedRobot

EPISODES = 20
EPISODE_SECONDS = 10.0
SPECIFICATION = Path(__file__).resolve().parents[2] / "Sources" / "Bridge" / "WireFormat.md"


def check_wire() -> str:
    """Round trips, and every truncation and every flipped bit of a frame is refused."""
    command = wire.Command(SESSION, 3, 9, 17, 50_000, 8, (0.25, -1.0), (0.0, 2.0))
    frame = wire.encode_command(command)
    expect(wire.decode_command(frame, 2) == command, "a command unpacks to what was packed")
    sample = wire.Sample(
        session=SESSION, epoch=3, sequence=4, send_ns=7, boot=6, capture_ns=5, acknowledged=8,
        episode=9, stop=Stop.WATCHDOG, flags=Flag.SUCCESS | Flag.ENABLED | Flag.HOLD | Flag.RECOVER, position=(1.0, 2.0),
        velocity=(3.0, 4.0), operator=(0.5, -0.5), features=(1.5, 2.5, 3.5),
    )
    packed = wire.encode_sample(sample)
    expect(wire.decode_sample(packed, 2, 3) == sample, "a sample unpacks to what was packed")
    later = wire.encode_sample(replace(sample, capture_ns=8))
    expect(refusal(lambda: wire.decode_sample(later, 2, 3)) == "capture", "capture after sending is refused")
    for length in range(len(frame)):
        expect(refusal(lambda: wire.decode_command(frame[:length], 2)), f"{length} bytes are refused")
    for bit in range(8 * len(frame)):
        spoilt = bytearray(frame)
        spoilt[bit // 8] ^= 1 << bit % 8
        expect(refusal(lambda: wire.decode_command(bytes(spoilt), 2)), f"flipped bit {bit} is refused")
    infinite = wire.encode_command(replace(command, position=(math.inf, 0.0)))
    expect(refusal(lambda: wire.decode_command(infinite, 2)) == "not_finite", "infinity is refused")
    return f"wire: {len(frame)} truncations and {8 * len(frame)} flipped bits refused"


def check_golden() -> str:
    """The golden frames of the specification, where the sources are at hand, pack to the same bytes."""
    if not SPECIFICATION.exists():
        return "golden bytes: no specification beside this bridge, not compared"
    compared = 0
    for block in re.findall(r"```hex\n([0-9a-fA-F\s]*?)```", SPECIFICATION.read_text()):
        frame = bytes.fromhex(block)
        axes, features = (int.from_bytes(frame[at : at + 2], "little") for at in (8, 10))
        if frame[5] == wire.KIND_COMMAND:
            again = wire.encode_command(wire.decode_command(frame, axes))
        else:
            again = wire.encode_sample(wire.decode_sample(frame, axes, features))
        expect(again == frame, f"golden frame {compared} packs to itself")
        compared += 1
    expect(compared >= 2, f"at least 2 golden frames in {SPECIFICATION.name}, found {compared}")
    return f"golden bytes: {compared} frames agree"


def check_braking() -> str:
    """Velocities come to rest when nobody commands; what is no velocity goes where it stands still."""
    axes = [
        {"unit": "m/s", "acceleration": 2.0}, {"unit": "rad/s", "acceleration": 5.0}, {"unit": "rad", "acceleration": 9.0},
    ]
    step = braking(axes, 50.0)
    expect(step.tolist() == [0.04, 0.1, 0.0], f"a period's braking is {step}")
    neutral, target = np.array([0.0, 0.0, 0.7]), np.array([0.5, -0.25, 0.1])
    seen = []
    while np.any(target[:2] != 0.0) and len(seen) < 100:
        slower = braked(target, neutral, step)
        expect(bool(np.all(np.abs(slower - target)[:2] <= step[:2] + 1e-12)), "no more than a period's braking")
        expect(bool(np.all(slower[:2] * target[:2] >= 0)), "never past 0")
        target = slower
        seen.append(target.tolist())
    expect(len(seen) == 13, f"0.5 m/s at 2 m/s2 and 50 Hz takes 13 periods, took {len(seen)}")
    expect(target.tolist() == [0.0, 0.0, 0.7], f"ended at {target}")
    return "braking: a base comes to rest without commands"


def serve(
    robot: SimulatedRobot, endpoint: str, lockstep: bool, guard: keys.Guard | None = None,
    newest: int = wire.NEWEST, suspended: Callable[[], int] = suspended_ns,
) -> tuple[Driver, threading.Thread]:
    """A bridge in a thread of its own."""
    bridge = Driver(
        robot, endpoint, lockstep, watchdog_ms=100.0, guard=guard, program="self-test", newest=newest,
        suspended=suspended,
    )
    thread = threading.Thread(target=bridge.run, name="bridge")
    thread.start()
    return bridge, thread


def check_lockstep(robot: SimulatedRobot, endpoint: str, policy_rate: float, version: int) -> str:
    """A session over a real socket: handshake, refusals, one sample for one command, repeatability."""
    bridge, thread = serve(robot, endpoint, lockstep=True)
    try:
        agent = Agent(endpoint, robot, version=version)
        described = agent.hello()
        expect(described["type"] == "describe", f"describe, not {described}")
        expect(described["version"] == version, f"version {version}, not {described['version']}")
        expect(("robot_id" in described) == (version >= 2), "a robot id from version 2 on")
        expect(agent.reset(0, "training", False)["code"] == "session", "no reset before start")
        expect(agent.start() == {"type": "started", "epoch": 1}, "started in epoch 1")
        rival = Agent(endpoint, robot, session=7, version=version)
        expect(rival.start().get("code") == "busy", "a second session is refused")
        expect(agent.socket.poll(5000) and agent.socket.recv() == b"", "the commander is looked for")
        seconds, steps = time.perf_counter(), 0
        traces = []
        for purpose in ("demonstration", "training", "demonstration"):
            trace = run_episode(agent, robot, purpose, described["operator"], policy_rate)
            steps += len(trace)
            traces.append(b"".join(np.float32(sample.features).tobytes() for sample in trace))
        rate = steps / (time.perf_counter() - seconds)
        expect(traces[0] == traces[2], "the same seed gives the same episode to the last bit")
        expect(traces[0] != traces[1], "purposes have different start states")

        neutral = robot.neutral.tolist()
        stale = agent.command(neutral, sequence=1)
        foreign = agent.command(neutral, session=7)
        infinite = agent.command([math.nan] * len(robot.neutral))
        spoilt = bytearray(wire.encode_command(agent.command(neutral)))
        spoilt[70] ^= 4
        for frame, reason in (
            (wire.encode_command(stale), "sequence"),
            (wire.encode_command(foreign), "session"),
            (wire.encode_command(infinite), "not_finite"),
            (bytes(spoilt), "crc"),
        ):
            agent.socket.send(frame)
            answer = agent.receive()
            expect(isinstance(answer, dict) and answer["type"] == "error", f"{reason} is refused")
            expect(bridge.refused[reason], f"a refusal counted under '{reason}'")
        agent.send(agent.command(neutral))
        answer = agent.receive()
        expect(isinstance(answer, wire.Sample), f"a sample for the one good command, not {answer}")
        expect(answer.acknowledged == agent.sequence, "the good command is acknowledged")
        expect(agent.receive(100) is None, "one sample, and none for the refused commands")

        expect(agent.ask("stop", reason="self-test")["type"] == "stopped", "stopped")
        agent.send(agent.command(robot.world.upper.tolist()))
        halted = agent.receive()
        expect(isinstance(halted, wire.Sample) and halted.stop == Stop.REQUESTED, "a stop reported")
        expect(np.allclose(halted.position, robot.neutral), "no motion after stop")
        agent.socket.close()  # as if it had crashed
        deadline = time.monotonic() + 5
        while rival.start()["type"] != "started":
            expect(time.monotonic() < deadline, "a crashed commander can be followed")
        released = rival.ask("release", session=f"{7:016x}", epoch=1)
        expect(released["type"] == "released", f"released, not {released}")
        rival.socket.close()
        return f"lockstep, version {version}: {steps} steps, {rate:.0f} commands/s over the socket"
    finally:
        bridge.running = False
        thread.join()


def run_episode(
    agent: Agent, robot: SimulatedRobot, purpose: str, operator: bool, policy_rate: float
) -> list[wire.Sample]:
    """One episode: the operator's action, else a slow sine, held between decisions."""
    answer = agent.reset(5, purpose, operator)
    expect(answer["type"] == "ready", f"ready, not {answer}")
    samples = [agent.receive()]
    hold = max(1, round(robot.rate / policy_rate))
    position = robot.neutral.tolist()
    for tick in range(round(EPISODE_SECONDS * robot.rate)):
        last = samples[-1]
        expect(isinstance(last, wire.Sample), f"exactly one sample per command, found {last}")
        expect(bool(last.flags & Flag.OPERATOR) == operator, "an operator's action where asked for")
        if last.flags & (Flag.SUCCESS | Flag.TERMINAL):
            break
        if tick % hold == 0:
            unit = np.array(last.operator) if operator else np.full(len(robot.neutral), math.sin(tick / 9))
            lower, upper = robot.world.lower, robot.world.upper
            position = (lower + (unit + 1) / 2 * (upper - lower)).tolist()
        agent.send(agent.command(position))
        samples.append(agent.receive())
    return samples


def check_realtime(robot: SimulatedRobot, endpoint: str) -> str:
    """Samples come by themselves; commands that stop coming are a watchdog stop, which ends by itself."""
    bridge, thread = serve(robot, endpoint, lockstep=False)
    try:
        agent = Agent(endpoint, robot)
        agent.hello()
        sample = agent.receive()
        expect(isinstance(sample, wire.Sample) and sample.stop == Stop.DISABLED, "disabled at first")
        agent.start()
        agent.reset(1, "training", False)

        def until(stop: Stop, command: list[float] | None) -> wire.Sample:
            for _ in range(1000):
                if command:  # again and again: a busy machine may take one up too late
                    agent.send(agent.command(command, validity_us=100_000))
                sample = agent.receive()
                expect(isinstance(sample, wire.Sample), f"a stream of samples, found {sample}")
                if sample.stop == stop and sample.acknowledged > 0:
                    return sample
            raise Failure(f"a sample with stop reason {stop.name}")

        edge = robot.world.upper.tolist()
        for _ in range(2):
            until(Stop.NONE, edge)
            braked = until(Stop.WATCHDOG, None)
            expect(np.allclose(braked.position, robot.neutral), "the watchdog's action is neutral")
        agent.socket.close()
        return "real time: watchdog brakes and resumes"
    finally:
        bridge.running = False
        thread.join()


def check_suspension(robot: SimulatedRobot, endpoint: str) -> str:
    """A machine that was suspended, its clock with it: the robot stops, says why, and no reset starts it again."""
    suspended = 5_000_000_000
    bridge, thread = serve(robot, endpoint, lockstep=False, suspended=lambda: suspended)
    try:
        agent = Agent(endpoint, robot)
        agent.hello()
        agent.start()
        agent.reset(1, "training", False)
        edge, said = robot.world.upper.tolist(), ""

        def until(stop: Stop) -> wire.Sample:
            nonlocal said
            for _ in range(1000):
                agent.send(agent.command(edge, validity_us=100_000))
                answer = agent.receive()
                if isinstance(answer, dict):
                    said = answer["message"] if answer["code"] == "fault" else said
                    continue
                expect(answer is not None, "a stream of samples")
                if answer.stop == stop and (stop != Stop.NONE or answer.acknowledged > 0):
                    return answer
            raise Failure(f"a sample with stop reason {stop.name}")

        def ask(kind: str, **fields: Any) -> None:
            """Past whatever is said of commands that a busy machine had too late."""
            number = agent.request(kind, session=f"{SESSION:016x}", epoch=agent.epoch, **fields)
            for _ in range(1000):
                answer = agent.receive()
                expect(answer is not None, f"an answer to {kind}")
                if isinstance(answer, dict) and answer.get("id") == number:
                    expect(answer["type"] != "error", f"no error to {kind}, found {answer}")
                    return
            raise Failure(f"an answer to {kind}")

        until(Stop.NONE)
        suspended += 7_380_000_000_000
        until(Stop.REQUESTED)
        until(Stop.REQUESTED)
        expect("suspended for 2 h 3 min" in said, f"the commander is told, not '{said}'")
        ask("reset", episode=2, seed="2", purpose="training", operator=False)
        stopped = until(Stop.REQUESTED)
        expect(np.allclose(stopped.position, robot.neutral), "no motion after it")
        for _ in range(5):  # what is still said of the last commands
            agent.receive()
        agent.epoch, agent.sequence = 2, 0
        expect(agent.start()["type"] == "started", "a start in the next epoch")
        until(Stop.NONE)
        agent.socket.close()
        return "suspension: a bridge whose machine slept for 2 h stops itself until a start"
    finally:
        bridge.running = False
        thread.join()


def check_numbers(robot: SimulatedRobot, endpoint: str) -> str:
    """Requests that wait together are each answered with their own number; a frame's error has none."""
    bridge, thread = serve(robot, endpoint, lockstep=True)
    try:
        agent = Agent(endpoint, robot)
        described = agent.hello()
        agent.session = 5
        expect(agent.ask("start", session=f"{5:016x}", epoch=1, robot="another")["code"] == "robot", "not another's")
        named = agent.ask("start", session=f"{5:016x}", epoch=1, robot=described["robot_id"])
        expect(named["type"] == "started", f"started, not {named}")
        identity = {"session": f"{5:016x}", "epoch": 1}
        # The first is given up at once; its late answer must be told from the third's.
        scene = {"seed": "1", "purpose": "training", "operator": False}
        owed = {
            agent.request("reset", episode=1, **identity, **scene): "ready",
            agent.request("stop", code=wire.StopCode.TEST, reason="self-test"): "stopped",
            agent.request("reset", episode=2, **identity, **scene): "ready",
            agent.request("dance"): "error",
            agent.request("stop"): "stopped",
        }
        count = len(owed)
        while owed:
            answer = agent.receive()
            expect(answer is not None, f"answers to {sorted(owed)}")
            if isinstance(answer, dict):
                expect(owed.pop(answer.get("id"), None) == answer["type"], f"an answer that is owed, not {answer}")
        agent.socket.send(b"garbage")
        while not isinstance(answer := agent.receive(), dict):
            expect(answer is not None, "an error for garbage")
        expect(answer["code"] == "malformed" and "id" not in answer, f"malformed without a number, not {answer}")
        for number in (0, -1, 1 << 32, 1.5, "7", None, True):
            agent.socket.send(wire.encode_message(type="stop", id=number))
            expect(agent.receive() == {"type": "stopped"}, f"stopped without a number for {number!r}")
        agent.socket.close()
        return f"numbers: {count} requests at once, each answered with its own"
    finally:
        bridge.running = False
        thread.join()


def check_older(robot: SimulatedRobot, endpoint: str) -> str:
    """A bridge of version 1 knows no numbers, and refuses an agent that speaks only newer versions."""
    bridge, thread = serve(robot, endpoint, lockstep=True, newest=1)
    try:
        agent = Agent(endpoint, robot)
        agent.request("hello", protocol=wire.PROTOCOL, version=1, newest=2, agent="self-test")
        described = agent.receive()
        expect(isinstance(described, dict) and described["version"] == 1, f"version 1, not {described}")
        expect("id" not in described and "robot_id" not in described, "nothing of version 2")
        agent.request("hello", protocol=wire.PROTOCOL, version=2, agent="self-test")
        refused = agent.receive()
        expect(isinstance(refused, dict) and refused.get("code") == "version", f"version, not {refused}")
        agent.socket.close()
        return "version 1: described without numbers, newer agents refused"
    finally:
        bridge.running = False
        thread.join()


def new_session(robot: SimulatedRobot) -> Session:
    """A session of real time that peer `a` commands in epoch 1."""
    session = Session(1, robot.name, lockstep=False, watchdog_ms=100.0)
    session.start(b"a", SESSION, 1, 0)
    return session


def check_authority(robot: SimulatedRobot, endpoint: str, lockstep: bool) -> str:
    """Whoever knows a session's number, and even its epoch, neither commands nor ends a stop without its token."""
    bridge, thread = serve(robot, endpoint, lockstep=lockstep)
    try:
        agent, thief = Agent(endpoint, robot), Agent(endpoint, robot)
        agent.hello()
        thief.hello()
        agent.start()
        expect(agent.token is not None and re.fullmatch("[0-9a-f]{32}", agent.token), "a token for the commander")

        def attack() -> int:
            """The code of each attempt."""
            attempts = [
                {"epoch": 2}, {"epoch": (1 << 32) - 1}, {"epoch": 2, "token": "0" * 32}, {"epoch": 2, "token": None},
                {"epoch": 2, "token": 7}, {"epoch": 2, "token": ""}, {"epoch": 2, "session": f"{7:016x}"},
            ]
            for attempt in attempts:
                expect(thief.start(**attempt).get("code") == "busy", f"busy for {attempt}")
            return len(attempts)

        count = attack()
        if not lockstep:
            for _ in range(10):
                seen = thief.receive()
                if isinstance(seen, wire.Sample):
                    expect(seen.session == 0 and seen.epoch == 0, f"no session for an onlooker, found {seen.session:x}")
        expect(Agent(endpoint, robot).ask("stop")["type"] == "stopped", "stopped for anybody")
        count += attack()
        expect(bridge.session.stop == Stop.REQUESTED and bridge.session.epoch == 1, "the stop holds")
        heir = Agent(endpoint, robot)
        heir.hello()
        heir.epoch = 2
        expect(heir.start(token=agent.token)["type"] == "started", "the token's holder starts from elsewhere")
        expect(heir.token == agent.token, "the token is the session's")
        expect(heir.ask("release", session=f"{SESSION:016x}", epoch=2)["type"] == "released", "released")
        late = heir.start(epoch=3)
        expect(late["type"] == "started" and heir.token != agent.token, "whoever takes command next has another token")
        heir.ask("release", session=f"{SESSION:016x}", epoch=3)
        older = Agent(endpoint, robot, session=5, version=1).ask("start", session=f"{5:016x}", epoch=1)
        expect(older == {"type": "started", "epoch": 1}, f"no token for an agent of version 1, found {older}")
        return f"authority, {'lockstep' if lockstep else 'real time'}: {count} starts without the token refused"
    finally:
        bridge.running = False
        thread.join()


def check_late(robot: SimulatedRobot) -> str:
    """A way that takes 100 ms more is refused until two clocks could have drifted so far apart."""
    session = new_session(robot)
    zeros = (0.0,) * len(robot.neutral)

    def refused(sequence: int, sent_ns: int, now_ns: int) -> bool:
        command = wire.Command(SESSION, 1, sequence, sent_ns, 50_000, 0, zeros, zeros)
        return refusal(lambda: session.admit(b"a", command, now_ns)) == "expired"

    expect(not refused(1, 0, 0), "the first command is taken")
    count = 0
    while count < 30_000:  # 100 commands a second
        count += 1
        if not refused(count + 1, count * 10_000_000, count * 10_000_000 + 100_000_000):
            break
    # 50 ms more than it is valid, at 200 µs/s.
    expect(24_900 < count < 25_100, f"a late way refused for 250 s, not {count / 100:.1f} s")
    return f"late commands: refused for {count / 100:.0f} s"


def check_stops(robot: SimulatedRobot) -> str:
    """A stop that was asked for ends by a start alone, whatever happens before, after or between."""
    orders = [
        ("request_stop",), ("request_stop", "fail"), ("fail", "request_stop"),
        ("request_stop", "begin_episode", "fail"), ("fail", "request_stop", "fail"),
    ]
    zeros = (0.0,) * len(robot.neutral)
    for order in orders:
        session = new_session(robot)
        for event in order:
            getattr(session, event)()
        session.begin_episode()
        expect(session.stop == Stop.REQUESTED, f"stopped after {', '.join(order)}, not {session.stop!r}")
        command = wire.Command(SESSION, 1, 1, 0, 50_000, 0, zeros, zeros)
        expect(not session.admit(b"a", command, 0), f"no command obeyed after {', '.join(order)}")
        session.start(b"a", SESSION, 2, 0)
        expect(session.is_enabled, "a start ends it")
    session = new_session(robot)
    session.fail()
    session.begin_episode()
    expect(session.is_enabled, "a new episode ends a fault of the simulation")
    return f"stops: {len(orders)} orders, ended by a start alone"


def problem(action: Callable[[], Any]) -> str:
    """What `action` says is wrong with keys or with a place; empty when nothing is."""
    try:
        action()
    except (keys.KeyProblem, PlaceTaken) as found:
        return str(found)
    return ""


def check_keys(robot: SimulatedRobot, folder: str) -> str:
    """The agent on the list is served; an unknown key, no key and files open to others are not."""
    secret, allowed = Path(folder, "secret.key"), Path(folder, "allowed")
    public, own_secret = zmq.curve_keypair()
    agent_public, agent_secret = zmq.curve_keypair()
    secret.write_bytes(own_secret + b"\n")
    allowed.write_bytes(b"# agents\n" + agent_public + b" self-test\n")
    for mode, path, read in (
        (0o644, secret, keys.read_secret), (0o666, allowed, keys.read_allowed),
    ):
        path.chmod(mode)
        expect(f"{mode:04o}" in problem(lambda: read(str(path))), f"{path.name} with mode {mode:o} is refused")
        path.chmod(0o600)
    for path, read in ((secret, keys.read_secret), (allowed, keys.read_allowed)) if os.geteuid() == 0 else ():
        os.chown(path, 65534, -1)
        expect("belongs to the account" in problem(lambda: read(str(path))), f"another account's {path.name} is refused")
        os.chown(path, 0, -1)
    expect("does not hold a key" in problem(lambda: keys.read_secret(str(allowed))), "a list is no key")
    expect(":2: not a key" in problem(lambda: read_list(folder, b"# x\nx\n")), "a list of no keys is refused")
    expect("names no agent" in problem(lambda: read_list(folder, b"\n")), "an empty list is refused")

    endpoint = "tcp://127.0.0.1:*"
    guard = keys.Guard(keys.read_secret(str(secret)), keys.read_allowed(str(allowed)))
    expect(guard.public == public, "the public key follows from the secret one")
    bridge, thread = serve(robot, endpoint, lockstep=True, guard=guard)
    try:
        address = bridge.address
        stranger_public, stranger_secret = zmq.curve_keypair()
        strangers = {
            "a key that is not on the list": (public, stranger_public, stranger_secret),
            "no key": None,
            "another bridge's key": (stranger_public, agent_public, agent_secret),
        }
        for name, curve in strangers.items():
            stranger = Agent(address, robot, curve=curve)
            stranger.request("hello", protocol=wire.PROTOCOL, version=1, agent="self-test")
            expect(stranger.receive(700) is None, f"no answer for {name}")
            stranger.socket.close()
        expect(guard.refused > 0, "the unknown key was asked about and refused")
        agent = Agent(address, robot, curve=(public, agent_public, agent_secret))
        expect(agent.hello()["type"] == "describe", "an answer for the key on the list")
        expect(agent.start() == {"type": "started", "epoch": 1}, "started in epoch 1")
        agent.reset(1, "training", False)
        agent.receive()
        for _ in range(20):
            agent.send(agent.command(robot.neutral.tolist()))
            sample = agent.receive()
            expect(isinstance(sample, wire.Sample), f"one sample per command, found {sample}")
            expect(sample.acknowledged == agent.sequence, "the command is acknowledged")
        agent.socket.close()
        # A key check that has failed: nobody is admitted, not even who is on the list.
        guard._authenticator.stop()
        for curve in ((public, stranger_public, stranger_secret), (public, agent_public, agent_secret)):
            late = Agent(address, robot, curve=curve)
            late.request("hello", protocol=wire.PROTOCOL, version=1, agent="self-test")
            expect(late.receive(700) is None, "no answer while nobody checks keys")
            late.socket.close()
        return f"keys: {len(strangers)} strangers refused, 20 encrypted commands obeyed; nobody unchecked"
    finally:
        bridge.running = False
        thread.join()


def check_place(folder: str) -> str:
    """What is no socket, or is somebody's, is not replaced by one; a dead program's socket is."""
    place = Path(folder) / "keep.yaml"
    place.write_bytes(b"precious")
    expect("stays as it is" in problem(lambda: clear_place(str(place))), "a file is refused")
    expect(place.read_bytes() == b"precious", "and stays as it is")
    path = str(Path(folder) / "socket")
    clear_place(path)
    with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as other:
        other.bind(path)
        other.listen()
        expect("listens" in problem(lambda: clear_place(path)), "a socket in use is refused")
    clear_place(path)
    expect(not Path(path).exists(), "a dead program's socket is taken away")
    expect("no permissions" in problem(lambda: bound("ipc://@hone-self-test", None)), "an abstract name is refused")
    for mode, words in ((0o700, None), (0o770, "accounts of its group"), (0o777, "any account")):
        with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as other:
            other.bind(path)
            os.chmod(path, mode)
            os.chmod(folder, 0o755)
            found = openness(f"ipc://{path}")
            os.chmod(folder, 0o700)
            expect(found is None if words is None else found and found.startswith(words), f"{mode:o}: {found}")
            expect(openness(f"ipc://{path}") is None, "nobody else enters a folder of mode 0700")
            os.unlink(path)
    expect("any account" in (openness("tcp://127.0.0.1:5555") or ""), "an address of TCP has no modes")
    return "place: files and sockets in use stay, dead sockets go"


def read_list(folder: str, text: bytes) -> dict[bytes, str]:
    """A list with this text."""
    path = Path(folder, "list")
    path.write_bytes(text)
    path.chmod(0o600)
    return keys.read_allowed(str(path))


def check_demonstrator(robot: SimulatedRobot, policy_rate: float) -> str:
    """The scripted policy with its noise, decisions held as the agent holds them."""
    if robot.operator() is None:
        return "demonstrator: none for this environment"
    hold = max(1, round(robot.rate / policy_rate))
    solved: list[float] = []
    for seed in range(EPISODES):
        robot.reset("demonstration", seed)
        action = robot.neutral
        for tick in range(round(EPISODE_SECONDS * robot.rate)):
            if robot.solved:
                solved.append(tick / robot.rate)
                break
            if tick % hold == 0:
                action = robot.operator()
            robot.advance(action)
    expect(solved, "at least one scripted episode that succeeds")
    return (
        f"demonstrator: {len(solved)} of {EPISODES} episodes succeed, "
        f"median {np.median(solved):.2f} s, longest {max(solved):.2f} s"
    )


def run(robot: SimulatedRobot, policy_rate: float) -> int:
    """All checks in order; the exit code."""
    with tempfile.TemporaryDirectory(prefix="hone-") as folder:
        checks: list[Callable[[], str]] = [
            check_wire,
            check_golden,
            check_braking,
            check_odd_environments,
            lambda: check_lockstep(robot, f"ipc://{folder}/lockstep-1", policy_rate, version=1),
            lambda: check_lockstep(robot, f"ipc://{folder}/lockstep-2", policy_rate, version=2),
            lambda: check_numbers(robot, f"ipc://{folder}/numbers"),
            lambda: check_older(robot, f"ipc://{folder}/older"),
            lambda: check_realtime(robot, f"ipc://{folder}/realtime"),
            lambda: check_suspension(robot, f"ipc://{folder}/suspension"),
            lambda: check_authority(robot, f"ipc://{folder}/authority-1", lockstep=True),
            lambda: check_authority(robot, f"ipc://{folder}/authority-2", lockstep=False),
            lambda: check_late(robot),
            lambda: check_stops(robot),
            lambda: check_keys(robot, folder),
            lambda: check_place(folder),
            lambda: check_demonstrator(robot, policy_rate),
        ]
        for check in checks:
            try:
                print(check(), flush=True)
            except Failure as failure:
                print(f"self-test failed; expected: {failure}", flush=True)
                return 1
    return 0
