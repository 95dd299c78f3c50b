"""NPZ: flat arrays in one file, keys as in D4RL; diffusion-policy (DPPO) files are read too.

observations, actions, rewards, terminals, timeouts, next_observations, and `hone`: JSON text with what arrays cannot say.
DPPO: states, actions, traj_lengths. Nothing in a file is ever unpickled.
"""

import json

import numpy as np

from columns import Columns, FormatError
from flat import flat_columns, flat_export


def write(columns, path):
    arrays, extra = flat_export(columns)
    with open(path, "xb") as file:
        np.savez_compressed(file, hone=np.array(json.dumps(extra)), **arrays)


def read(path, _keys):
    try:
        file = np.load(path, allow_pickle=False)
    except ValueError as error:
        raise FormatError(f"{path}: {error}") from error
    with file:
        names = set(file.files)
        if "traj_lengths" in names and "actions" in names:
            observations = file["states"] if "states" in names else file["observations"]
            return Columns(
                observations=observations,
                actions=file["actions"],
                lengths=[int(n) for n in file["traj_lengths"]],
                rewards=file["rewards"] if "rewards" in names else None,
                notes=["a DPPO file: episodes by traj_lengths, normalised as its normalization.npz says"],
            )
        arrays = {name: file[name] for name in names if name != "hone"}
        extra = json.loads(str(file["hone"])) if "hone" in names else None
    return flat_columns(arrays, extra, path)
