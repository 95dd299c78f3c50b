"""Opens exported data sets with their formats' own packages and says what those saw; exits 1 when one refuses."""

import json
import sys
from pathlib import Path

import numpy as np


def lerobot(root):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    from lerobot.datasets.utils import dataset_to_policy_features

    hone = json.loads((root / "meta/hone.json").read_text())
    rate = hone["rate"]
    data = LeRobotDataset("hone/export", root=root, delta_timestamps={"action": [0.0, 1 / rate]})
    assert data.num_episodes == len(hone["episodes"]), (data.num_episodes, len(hone["episodes"]))
    assert len(data) == data.num_frames
    width = data.features["observation.state"]["shape"][0]
    boxes = [(axis["low"], axis["high"]) for axis in hone["about"]["action"]] if hone.get("actions") == "physical" else None
    ends = 0
    for index in range(len(data)):
        item = data[index]
        assert tuple(item["observation.state"].shape) == (width,)
        assert item["action"].shape[0] == 2
        if boxes:
            assert all(low - 1e-6 <= value <= high + 1e-6 for (low, high), value in zip(boxes, item["action"][0].tolist()))
        assert np.isfinite(item["next.reward"].item())
        ends += int(item["next.done"].item())
    assert ends == data.num_episodes
    kinds = sorted(str(feature.type.value) for feature in dataset_to_policy_features(data.features).values())
    return f"lerobot: {data.num_episodes} episodes, {len(data)} frames at {data.fps} Hz; policies see {', '.join(kinds)}"


def minari(root):
    import minari

    data = minari.MinariDataset(str(root / "data"))
    steps = 0
    for episode in data.iterate_episodes():
        assert len(episode.observations) == len(episode.actions) + 1
        assert episode.terminations[-1] or episode.truncations[-1]
        assert data.action_space.contains(episode.actions[0])
        steps += len(episode.rewards)
    assert steps == data.total_steps
    return f"minari: {data.total_episodes} episodes, {steps} steps"


def main():
    for name in sys.argv[1:]:
        root = Path(name)
        if (root / "meta/info.json").exists():
            print(f"{root}: {lerobot(root)}")
        elif (root / "data/main_data.hdf5").exists():
            print(f"{root}: {minari(root)}")
        else:
            print(f"{root}: neither a LeRobotDataset nor a Minari data set", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
