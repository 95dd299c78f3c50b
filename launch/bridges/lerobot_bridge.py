"""Makes any robot of the LeRobot library a robot for Hone, and a leader arm its operator.

Run it through `launch/bridges/lerobot_bridge`, in real time always:

    lerobot_bridge --type so101_follower --id my_arm --port /dev/ttyACM0 --endpoint ipc:///tmp/arm.sock
    lerobot_bridge ... --leader-type so101_leader --leader-id my_leader --leader-port /dev/ttyACM1
    lerobot_bridge --type my_module:MyRobot --config port=/dev/ttyUSB0 --scene my_module:MyScene --endpoint ...

Joints in degrees become rad, −100…100 and a gripper's 0…100 become −1…1 and 0…1. Velocities are estimated, from
differences of positions through a low-pass filter of 50 ms. Where no valid command comes this side brakes by itself and
the motors hold; the torque stays on, also at the end, unless --torque-off-at-exit lets the arm fall. Nothing asks at the
terminal: an arm without a calibration is refused. LeRobot's max_relative_target stays off: the limits are Hone's and this
bridge's. There are no cameras yet. Start it with the arm at rest: LeRobot switches its torque off for a moment.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import re
import sys
from typing import Any

PROGRAM = "lerobot_bridge"

try:
    import lerobot_devices as devices
    import lerobot_units as units
    import serving
    from lerobot_robot import Leader, LeRobotRobot
    from lerobot_units import Unsuitable

    importlib.import_module("lerobot.robots")
except ModuleNotFoundError as missing:
    print(
        f"{PROGRAM}: the Python module '{missing.name}' is missing in {sys.executable}; start it as "
        "launch/bridges/lerobot_bridge, or name a Python that has lerobot, numpy and pyzmq with HONE_LEROBOT_PYTHON",
        file=sys.stderr,
    )
    sys.exit(69)


def setting(text: str) -> tuple[str, Any]:
    """KEY=VALUE for a configuration of LeRobot's; the value is JSON where it is such, else a text."""
    key, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", key):
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value


def joint_range(text: str) -> tuple[str, tuple[float, float]]:
    """NAME=LOWER:UPPER in LeRobot's unit."""
    match = re.fullmatch(r"([^=]+)=(-?[0-9.]+):(-?[0-9.]+)", text)
    if not match or not float(match[2]) < float(match[3]):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=LOWER:UPPER")
    return match[1], (float(match[2]), float(match[3]))


def arguments() -> serving.Parser:
    """The command line."""
    parser = serving.Parser(prog=PROGRAM, allow_abbrev=False, description="Makes a robot of LeRobot's a robot for Hone.")
    parser.add_argument("--type", required=True, help="of the robot in LeRobot, such as so101_follower, or MODULE:CLASS")
    parser.add_argument("--id", help="under which it was calibrated: lerobot-calibrate --robot.id")
    parser.add_argument("--port", help="its serial line, such as /dev/ttyACM0")
    parser.add_argument(
        "--config", type=setting, action="append", default=[], metavar="KEY=VALUE",
        help="more of its configuration, such as remote_ip=192.168.1.7; repeatable",
    )
    leader = parser.add_argument_group("operator: a leader arm whose joints have the same names")
    leader.add_argument("--leader-type", help="such as so101_leader, or MODULE:CLASS")
    leader.add_argument("--leader-id", help="under which it was calibrated")
    leader.add_argument("--leader-port", help="its serial line")
    leader.add_argument("--leader-config", type=setting, action="append", default=[], metavar="KEY=VALUE")
    serving.add_wire_options(parser)
    parser.add_argument("--scene", metavar="MODULE:CLASS", help="a class of yours: numbers of the task, and its success")
    parser.add_argument("--task", default="", help="what is to be done, for the description")
    parser.add_argument("--robot", help="name in robots/ (default: the type without _follower or _client)")
    parser.add_argument("--serial", help="name in calibration/ (default: id and calibration's hash)")
    parser.add_argument("--robot-id", help="which robot this is (default: name/serial)")
    parser.add_argument("--rate", type=serving.positive, default=30.0, help="commands a second (default 30, LeRobot's own)")
    parser.add_argument("--watchdog-ms", type=serving.positive, help="longest validity obeyed (default 100, or three periods)")
    limits = parser.add_argument_group("the hardware's limits, which this bridge keeps itself")
    limits.add_argument("--velocity", type=serving.positive, default=2.0, help="of a joint, rad/s (default 2)")
    limits.add_argument("--acceleration", type=serving.positive, default=15.0, help="of a joint, rad/s² (default 15)")
    limits.add_argument(
        "--range", type=joint_range, action="append", default=[], metavar="NAME=LOWER:UPPER",
        help="ends of a joint in LeRobot's unit (default: its calibration's); repeatable",
    )
    parser.add_argument("--units", choices=("degrees", "normalised"), help="of joints, where LeRobot does not tell")
    parser.add_argument("--torque-off-at-exit", action="store_true", help="lets the arm go, and fall, when this ends")
    parser.add_argument("--describe", action="store_true", help="print the description without connecting, and exit")
    return parser


def own(name: str) -> Any:
    """The class that MODULE:CLASS names, made without arguments."""
    module, _, class_name = name.partition(":")
    try:
        return getattr(importlib.import_module(module), class_name)()
    except (ImportError, AttributeError) as error:
        raise Unsuitable(f"cannot import --scene {name}: {error}") from None


def settings(pairs: list[tuple[str, Any]], identity: str | None, port: str | None) -> dict[str, Any]:
    """What the command line says of a configuration."""
    return dict(pairs) | {key: value for key, value in (("id", identity), ("port", port)) if value is not None}


def make_robot(options: argparse.Namespace) -> LeRobotRobot:
    """The robot that the command line names, connected unless only its description is wanted."""
    devices.refuse_questions()
    device = devices.make(
        "robots", options.type, settings(options.config, options.id, options.port), options.torque_off_at_exit
    )
    digits = devices.check_calibration(device, "robot", options.type)
    axes = units.make_axes(
        device.action_features, units.motors(device), options.units, dict(options.range), options.velocity,
        options.acceleration,
    )
    leader_device = leader = None
    if options.leader_type:
        leader_device = devices.make(
            "teleoperators", options.leader_type,
            settings(options.leader_config, options.leader_id, options.leader_port), options.torque_off_at_exit,
        )
        devices.check_calibration(leader_device, "teleop", options.leader_type)
        leader = Leader(leader_device, axes, options.units)
    short = options.type.rpartition(":")[2].lower()
    for ending in ("_follower", "_client"):
        short = short.removesuffix(ending)
    name = re.sub(r"[^a-z0-9.-]+", "-", options.robot or short)
    serial = options.serial or "-".join(part for part in (options.id or name, digits) if part)
    scene = own(options.scene) if options.scene else None
    robot = LeRobotRobot(device, axes, options.rate, name, serial, options.task or f"{name}, no task given", scene, leader)
    if options.describe:
        return robot
    if leader_device is not None:
        devices.connect(leader_device, "leader", options.leader_type)
    devices.connect(device, "robot", options.type)
    try:
        robot.begin()
    except Unsuitable:
        robot.close()
        raise
    return robot


def description(robot: LeRobotRobot, options: argparse.Namespace) -> str:
    """The handshake's description, as text."""
    from driver import Driver

    driver = Driver(robot, "inproc://describe", False, options.watchdog_ms, robot_id=options.robot_id)
    told = driver.describe() | {"operator": options.leader_type is not None}
    driver.close()
    return json.dumps(told, indent=2)


def main() -> int:
    """Runs the command line; exit codes follow sysexits."""
    parser = arguments()
    options = parser.parse_args()
    options.watchdog_ms = options.watchdog_ms or max(100.0, math.ceil(3000.0 / options.rate))
    if not options.describe:
        serving.check_wire_options(parser, options)
    try:
        robot = make_robot(options)
    except Unsuitable as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 69
    if options.describe:
        print(description(robot, options))
        return 0
    try:
        driver, guard, code = serving.make_driver(PROGRAM, robot, options, lockstep=False)
        if driver is not None:
            text = (
                f"{options.type} as {robot.name}, serial {robot.serial}, at {robot.rate:g} Hz on {options.endpoint}; "
                f"velocities are estimated; torque {'goes off' if options.torque_off_at_exit else 'stays on'} at the end"
            )
            code = serving.serve(PROGRAM, text, driver, guard, Unsuitable)
        robot.come_to_rest()
    finally:
        robot.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
