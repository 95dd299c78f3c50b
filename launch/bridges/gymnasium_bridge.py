"""Makes a Gymnasium environment with a box of actions, first of all a Meta-World task, a robot for Hone.

It is a bridge like any hardware's: one ROUTER socket that speaks the format of
`Sources/Bridge/WireFormat.md`, obeys one commander, refuses what is stale or malformed, and goes to the
neutral action by itself when commands stop coming. Run it through `launch/bridges/gymnasium_bridge`.

    gymnasium_bridge --task drawer-open-v3 --endpoint ipc:///tmp/robot.sock
    gymnasium_bridge --environment Pendulum-v1 --realtime --endpoint tcp://127.0.0.1:5555
    gymnasium_bridge --task push-v3 --endpoint tcp://0.0.0.0:5555 --key keys/secret.key --allow keys/allowed
    gymnasium_bridge --environment Pendulum-v1 --write-files .
    gymnasium_bridge --task push-v3 --self-test
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys

PROGRAM = "gymnasium_bridge"

try:
    import project_files
    import serving
    from driver import Driver
    from environments import (
        EnvironmentFailed, Gymnasium, MetaWorld, UnsuitableEnvironment, World,
    )
    from simulated_robot import Gap, SimulatedRobot
except ModuleNotFoundError as missing:
    print(
        f"{PROGRAM}: the Python module '{missing.name}' is missing in {sys.executable}; run "
        "launch/bridges/setup, and start it as launch/bridges/gymnasium_bridge", file=sys.stderr,
    )
    sys.exit(69)
from hone_wire import PURPOSES


def arguments() -> argparse.ArgumentParser:
    """The command line."""

    def indexed(text: str) -> tuple[int, float]:
        if not (match := re.fullmatch(r"(\d+)=([-+]?[0-9.]+(?:e[-+]?\d+)?)", text)):
            raise argparse.ArgumentTypeError(f"'{text}' is not INDEX=VALUE")
        return int(match[1]), float(match[2])

    positive = serving.positive
    parser = serving.Parser(
        prog=PROGRAM, allow_abbrev=False,
        description="Makes a Gymnasium environment a robot for Hone.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--task", help="Meta-World v3 task, such as drawer-open-v3")
    which.add_argument("--environment", help="name in Gymnasium's registry, such as Pendulum-v1")
    serving.add_wire_options(parser)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--lockstep", action="store_true", help="one command, one step (default)")
    mode.add_argument("--realtime", action="store_true", help="steps at the command rate by the clock")
    parser.add_argument("--command-rate", type=positive, help="Hz; divides the environment's step rate")
    parser.add_argument(
        "--policy-rate", type=positive, default=20.0,
        help="Hz at which the self-test's demonstrator decides (default 20)",
    )
    parser.add_argument("--step-rate", type=positive, help="Hz, for an environment that does not say")
    parser.add_argument(
        "--watchdog-ms", type=positive,
        help="longest validity obeyed (default 100, or three periods of a slower command rate)",
    )
    parser.add_argument("--seed", type=int, default=0, help="mixed into every start state (default 0)")
    parser.add_argument("--robot", help="name in the description (default: by the environment)")
    parser.add_argument("--serial", help="of this machine: a calibration's name (default: by kind)")
    parser.add_argument("--robot-id", help="which robot this is (default: name/serial)")
    parser.add_argument(
        "--success-reward", type=float, help="a step's reward that means success, without an info flag"
    )
    operator = parser.add_argument_group("demonstrator (Meta-World's scripted policy)")
    operator.add_argument(
        "--noise", type=float, default=0.1, help="standard deviation per axis, of 1 (default 0.1)"
    )
    operator.add_argument(
        "--noise-seconds", type=float, default=0.25, help="its correlation time (default 0.25)"
    )
    gap = parser.add_argument_group("deployment gap: what differs from where demonstrations were given")
    gap.add_argument(
        "--object-offset", type=float, nargs=3, default=(0.0, 0.0, 0.0), metavar=("X", "Y", "Z"),
        help="m, added to the reported object position of a Meta-World task",
    )
    gap.add_argument(
        "--observation-offset", type=indexed, action="append", default=[], metavar="INDEX=VALUE",
        help="added to a reported feature; repeatable",
    )
    gap.add_argument("--action-scale", type=float, default=1.0, help="of the moving axes (default 1)")
    gap.add_argument(
        "--action-bias", type=indexed, action="append", default=[], metavar="INDEX=VALUE",
        help="added to an axis' action; repeatable",
    )
    gap.add_argument(
        "--gap-purposes", nargs="+", choices=PURPOSES, default=["evaluation", "training"],
        help="which episodes have the gap (default: evaluation training)",
    )
    parser.add_argument("--describe", action="store_true", help="print the description and exit")
    parser.add_argument(
        "--write-files", metavar="FOLDER",
        help="write the robot's YAML, its calibration and a launch file into this project, and exit",
    )
    parser.add_argument("--self-test", action="store_true", help="check wire, session and task, and exit")
    return parser


def make_robot(options: argparse.Namespace) -> SimulatedRobot:
    """The robot that the command line names."""
    offsets = dict(options.observation_offset)
    if options.task:
        world: World = MetaWorld(options.task)
        for axis, offset in enumerate(options.object_offset):
            for index in (4 + axis, 22 + axis):  # now, and in the frame before
                offsets[index] = offsets.get(index, 0.0) + offset
    else:
        world = Gymnasium(options.environment, options.step_rate, options.success_reward)
    # A robot's file in a project is called as it is.
    world.name = options.robot or project_files.yaml_name(world.name.rpartition(":")[2])
    world.serial = options.serial or project_files.yaml_name(world.serial)
    gap = Gap(
        frozenset(options.gap_purposes), offsets, options.action_scale, dict(options.action_bias)
    )
    robot = SimulatedRobot(
        world, options.command_rate, gap, options.noise, options.noise_seconds, options.seed
    )
    robot.reset("demonstration", 0)
    return robot


def write_files(robot: SimulatedRobot, options: argparse.Namespace) -> int:
    """Leaves the files of this environment in a project."""
    environment = ["--task", options.task] if options.task else ["--environment", options.environment]
    for option, value in (
        ("--command-rate", options.command_rate), ("--step-rate", options.step_rate),
        ("--success-reward", options.success_reward),
    ):
        if value is not None:
            environment += [option, f"{value:g}"]
    try:
        paths = project_files.write(
            options.write_files, robot, robot.name, environment, options.policy_rate,
            options.watchdog_ms, robot.world.episode_s,
        )
    except (project_files.FileThere, OSError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 73
    print("\n".join(paths))
    print(f"hone check {' '.join(paths)}", file=sys.stderr)
    return 0


def main() -> int:
    """Runs the command line; exit codes follow sysexits."""
    parser = arguments()
    options = parser.parse_args()
    try:
        robot = make_robot(options)
    except UnsuitableEnvironment as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 64
    except EnvironmentFailed as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 70
    if options.watchdog_ms is None:
        options.watchdog_ms = max(100.0, math.ceil(3000.0 / robot.rate))
    if options.self_test:
        import self_test

        return self_test.run(robot, options.policy_rate)
    if options.describe:
        driver = Driver(
            robot, "inproc://describe", True, options.watchdog_ms, robot_id=options.robot_id
        )
        description = driver.describe()
        driver.close()
        print(json.dumps(description | {"lockstep": not options.realtime}, indent=2))
        return 0
    if options.write_files is not None:
        return write_files(robot, options)
    serving.check_wire_options(parser, options)
    driver, guard, code = serving.make_driver(PROGRAM, robot, options, not options.realtime)
    if driver is None:
        return code
    text = f"{robot.world.task} as {robot.world.name} at {robot.rate:g} Hz on {options.endpoint}"
    return serving.serve(PROGRAM, text, driver, guard, EnvironmentFailed)


if __name__ == "__main__":
    sys.exit(main())
