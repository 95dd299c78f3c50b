"""The project of `verify_lerobot`: the SO-101's file with the numbers of the tests' task, and a launch of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import lerobot_arm


def main(root: Path, project: Path) -> None:
    """Writes the files, and the calibrations of the arm and of its leader."""
    for kind, name in (("robots", "hone_test_arm"), ("teleoperators", "hone_test_person"), ("robots", "so_follower")):
        lerobot_arm.write_calibration(project / "lerobot" / "calibration" / kind / name, "", "test")
    for folder in ("robots", "calibration", "launch"):
        (project / folder).mkdir()
    robot = (root / "robots" / "so101.yaml").read_text()
    features = "".join(f"  - {{name: {name}, unit: {unit}}}\n" for name, unit in lerobot_arm.Reach.feature_names)
    goals = ", ".join(name for name, _ in lerobot_arm.Reach.feature_names)
    for old, new in (
        ("features: []\n", f"features:\n{features}"), ("gripper]", f"gripper, {goals}]"),
        # It hurts nobody, and this machine may be late.
        ("timing:\n", "degraded:\n  rt1_speed_share: 1\n  rt2_speed_share: 1\n\ntiming:\n"),
    ):
        if robot.count(old) != 1:
            raise SystemExit(f"verify_lerobot: robots/so101.yaml has {old!r} {robot.count(old)} times")
        robot = robot.replace(old, new)
    (project / "robots" / "so101-test.yaml").write_text(robot)
    calibration = (root / "calibration" / "so101-0001.yaml").read_text().replace("robot: so101", "robot: so101-test")
    (project / "calibration" / "so101-test-0001.yaml").write_text(calibration)
    words = [
        str(root / "launch" / "bridges" / "lerobot_bridge"), "--endpoint", "{endpoint}", "--task", "{task}", "--robot",
        "so101-test", "--type", "lerobot_arm:Arm", "--id", "test", "--leader-type", "lerobot_arm:Person", "--leader-id",
        "test", "--scene", "lerobot_arm:Reach",
    ]
    (project / "launch" / "so101-test.yaml").write_text(f"""schema: launch/1
summary: "The LeRobot bridge's own arm reaches for a pose, real time"
robot: so101-test
calibration: so101-test-0001
task: {{name: reach, instruction: Go where the goal is., max_episode_s: 6}}
bridge: {{command: {json.dumps(words)}, connect_s: 120, reset_s: 10}}
schedule: realtime
seed: 0
training: {{num_imitation_updates: 4000, num_offline_updates: 50}}
session: {{demonstrations: 25, evaluation_episodes: 10, robot_minutes: 1, max_online_episodes: 5}}
""")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
