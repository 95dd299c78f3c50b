"""Makes a Franka arm behind SERL's or HIL-SERL's HTTP server a robot for Hone: its tool, a gripper, forces as features.

Run it through `launch/bridges/franka_bridge`, in real time always:

    franka_bridge --server 127.0.0.1:5000 --endpoint ipc:///run/user/1000/arm.sock

The server has no keys and no watchdog: run this beside it, on the computer or network of the robot. x, y, z are of the tool in
the base's frame; roll, pitch and yaw are 0 with the tool down. When commands end this side brakes by itself, and the impedance
controller holds the last pose, softly. It never clears an error, never resets joints, and changes no compliance.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys

PROGRAM = "franka_bridge"

try:
    import numpy as np

    import serving
    from driver import Driver
    from franka_robot import FrankaRobot, Server, ServerProblem
    from set_points import Limits
except ModuleNotFoundError as missing:
    print(
        f"{PROGRAM}: the Python module '{missing.name}' is missing in {sys.executable}; run launch/bridges/setup, and start "
        "it as launch/bridges/franka_bridge", file=sys.stderr,
    )
    sys.exit(69)


def place(text: str) -> tuple[str, int]:
    """HOST:PORT of the server."""
    match = re.fullmatch(r"(?:http://)?([^:/]+):(\d{1,5})/?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not HOST:PORT, such as 127.0.0.1:5000")
    return match[1], int(match[2])


def arguments() -> serving.Parser:
    """The command line."""
    parser = serving.Parser(prog=PROGRAM, allow_abbrev=False, description="Makes a Franka arm behind SERL's server a robot for Hone.")
    parser.add_argument("--server", type=place, default=("127.0.0.1", 5000), help="HOST:PORT (default 127.0.0.1:5000)")
    serving.add_wire_options(parser)
    parser.add_argument("--gripper", choices=("franka", "robotiq", "none"), default="franka", help="as the server has it")
    box = parser.add_argument_group("the hardware's limits, which this bridge keeps itself")
    box.add_argument("--lower", type=float, nargs=3, default=(0.25, -0.4, 0.02), metavar=("X", "Y", "Z"), help="m (0.25 -0.4 0.02)")
    box.add_argument("--upper", type=float, nargs=3, default=(0.75, 0.4, 0.6), metavar=("X", "Y", "Z"), help="m (0.75 0.4 0.6)")
    box.add_argument("--turn", type=serving.positive, default=1.2, help="largest roll, pitch and yaw, rad (default 1.2)")
    box.add_argument("--velocity", type=serving.positive, default=0.5, help="of the tool, m/s (default 0.5)")
    box.add_argument("--acceleration", type=serving.positive, default=1.8, help="of the tool, m/s² (default 1.8)")
    parser.add_argument("--task", default="no task given", help="what is to be done, for the description")
    parser.add_argument("--robot", default="franka-serl", help="name in robots/ (default franka-serl)")
    parser.add_argument("--serial", default="franka-serl-0001", help="name in calibration/")
    parser.add_argument("--robot-id", help="which robot this is (default: name/serial)")
    parser.add_argument("--rate", type=serving.positive, default=20.0, help="commands a second (default 20)")
    parser.add_argument("--watchdog-ms", type=serving.positive, help="longest validity obeyed (default 100, or three periods)")
    parser.add_argument("--describe", action="store_true", help="print the description without the arm, and exit")
    return parser


def make_robot(options: argparse.Namespace) -> FrankaRobot:
    """The robot that the command line names, not yet spoken to."""
    turn, velocity, acceleration = options.turn, options.velocity, options.acceleration
    lower, upper = [*options.lower, -turn, -turn, -turn], [*options.upper, turn, turn, turn]
    speed, change = [velocity] * 3 + [3 * velocity] * 3, [acceleration] * 3 + [3 * acceleration] * 3
    if options.gripper != "none":
        lower, upper, speed, change = lower + [0.0], upper + [1.0], speed + [2.5], change + [50.0]
    limits = Limits(*map(np.array, (lower, upper, speed, change)))
    if not np.all(limits.lower < limits.upper):
        raise ServerProblem("--lower is not below --upper")
    return FrankaRobot(
        Server(*options.server), limits, options.rate, options.gripper, options.robot, options.serial, options.task
    )


def main() -> int:
    """Runs the command line; exit codes follow sysexits."""
    parser = arguments()
    options = parser.parse_args()
    options.watchdog_ms = options.watchdog_ms or max(100.0, math.ceil(3000.0 / options.rate))
    if not options.describe:
        serving.check_wire_options(parser, options)
    try:
        robot = make_robot(options)
        if not options.describe:
            robot.begin()
    except ServerProblem as problem:
        print(f"{PROGRAM}: {problem}", file=sys.stderr)
        return 69
    if options.describe:
        driver = Driver(robot, "inproc://describe", False, options.watchdog_ms, robot_id=options.robot_id)
        print(json.dumps(driver.describe(), indent=2))
        driver.close()
        return 0
    driver, guard, code = serving.make_driver(PROGRAM, robot, options, lockstep=False)
    if driver is None:
        return code
    text = f"the arm of {options.server[0]}:{options.server[1]} as {robot.name} at {robot.rate:g} Hz on {options.endpoint}"
    code = serving.serve(PROGRAM, text, driver, guard, ServerProblem)
    robot.come_to_rest()
    return code


if __name__ == "__main__":
    sys.exit(main())
