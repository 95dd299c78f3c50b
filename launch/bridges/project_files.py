"""The YAML files of an environment as a robot: what `gymnasium_bridge --write-files` leaves in a project.

They are a beginning, complete and right for `hone check`: who knows the environment better changes them.
"""

from __future__ import annotations

import datetime
import json
import math
import re
from pathlib import Path

from simulated_robot import SimulatedRobot


class FileThere(Exception):
    """A file that would be overwritten; a sentence for a person."""


def yaml_name(text: str) -> str:
    """A text as a name that files may have."""
    return re.sub(r"[^a-z0-9_.-]+", "-", text.lower()).strip("-._")[:48] or "environment"


def policy_rate(rate: float, wanted: float) -> float:
    """The command rate divided so that decisions come at about `wanted` Hz, at most, in few digits where it goes."""
    first = max(1, math.ceil(rate / wanted - 1e-9))
    for divisor in range(first, 2 * first + 1):
        if round(rate / divisor, 2) * divisor == rate:
            return rate / divisor
    return rate / first


def write(
    folder: str, robot: SimulatedRobot, name: str, environment: list[str], wanted_rate: float, watchdog_ms: float,
    episode_s: float | None,
) -> list[str]:
    """Writes the robot's file, its calibration and a launch file; their paths.

    `environment` are the words that make this environment with `gymnasium_bridge`, the first two naming it.
    """
    texts = {
        f"robots/{name}.yaml": robot_text(robot, name, wanted_rate),
        f"calibration/{name}-0001.yaml": calibration_text(robot, name),
        f"launch/{name}.yaml": launch_text(robot, name, environment, watchdog_ms, episode_s),
    }
    paths = {Path(folder, path): text for path, text in texts.items()}
    for path in paths:
        if path.exists():
            raise FileThere(f"{str(path)!r} is there and stays as it is; give another name with --robot")
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [str(path) for path in paths]


def number(value: float) -> str:
    """A number as the files have it, every digit of it."""
    value = float(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def validity_ms(robot: SimulatedRobot) -> int:
    """How long a command is obeyed: 100 ms, or three periods where those are longer."""
    return max(100, math.ceil(3000 / robot.rate - 1e-9))


def robot_text(robot: SimulatedRobot, name: str, wanted_rate: float) -> str:
    """`robots/NAME.yaml`."""
    axes = "".join(
        f"""  - name: {axis["name"]}
    unit: 1
    lower: {number(axis["lower"])}
    upper: {number(axis["upper"])}
    velocity_per_s: {number(axis["velocity"])}
    acceleration_per_s2: {number(axis["acceleration"])}
    kind: absolute
    action_low: {number(axis["lower"])}
    action_high: {number(axis["upper"])}
    home: {number(robot.neutral[index])}
    tracking_error: {number(1.05 * (axis["upper"] - axis["lower"]))}
"""
        for index, axis in enumerate(robot.axes())
    )
    names = [feature for feature, _ in robot.feature_names()]
    features = "".join(f"  - {{name: {feature}, unit: {unit}}}\n" for feature, unit in robot.feature_names())
    observation = ",\n  ".join(", ".join(names[index : index + 8]) for index in range(0, len(names), 8))
    period_ms = 1000 / robot.rate
    return f"""# Written by gymnasium_bridge --write-files. Every key is explained by `hone check --keys`.
#
# environment_action: the set-point on each axis is the environment's own action and passes unchanged, so any must be
# reachable in one command period T: speed 4/T of an axis' range, acceleration 16/T².
schema: robot/1
summary: {json.dumps(f"{robot.task}, a Gymnasium environment commanded by its own actions")}
control_space: environment_action
command_rate_hz: {number(robot.rate)}
policy_rate_hz: {number(policy_rate(robot.rate, wanted_rate))}

axes:
{axes}
features:
{features}
# What the policy sees: leave out what is of no use to it.
observation: [{observation}]

timing:
  observation_hold_ms: {number(max(100, math.ceil(5 * period_ms)))}
  observation_stop_ms: {number(max(250, math.ceil(12 * period_ms)))}
  command_validity_ms: {validity_ms(robot)}
  tracking_ms: {number(max(200, math.ceil(5 * period_ms)))}
"""


def calibration_text(robot: SimulatedRobot, name: str) -> str:
    """`calibration/NAME-0001.yaml`."""
    offsets = ", ".join(f"{axis['name']}: 0" for axis in robot.axes())
    return f"""# A simulation needs none.
schema: calibration/1
robot: {name}
date: {datetime.date.today().isoformat()}
tool: none, exact by construction
axis_offsets: {{{offsets}}}
"""


def launch_text(
    robot: SimulatedRobot, name: str, environment: list[str], watchdog_ms: float, episode_s: float | None
) -> str:
    """`launch/NAME.yaml`."""
    option, full = environment[:2]
    place = max(full.rfind(":"), full.rfind("/")) + 1
    longest = max(watchdog_ms, validity_ms(robot))
    words = [
        "launch/bridges/gymnasium_bridge", "--endpoint", "{endpoint}", option, full[:place] + "{task}", "--robot", name,
        "--serial", f"{name}-0001", "--seed", "{seed}", "--lockstep", "--watchdog-ms", number(longest),
        *environment[2:],
    ]
    return f"""# Written by gymnasium_bridge --write-files: hone record {name}, and so on.
schema: launch/1
summary: {json.dumps(f"{robot.task} in lockstep")}
robot: {name}
calibration: {name}-0001

task:
  name: {full[place:]}
  instruction: {json.dumps(f"Solve {robot.task}.")}
  max_episode_s: {number(episode_s or 10)}

bridge:
  command: {json.dumps(words)}
  connect_s: 600 # the first start makes the bridge's virtual environment
  reset_s: 60
  silence_s: 10

schedule: lockstep
seed: 0
preset: default

session:
  demonstrations: 20
  evaluation_episodes: 50
  robot_minutes: 40
  max_online_episodes: 300
"""
