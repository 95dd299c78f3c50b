"""NPZ: flat arrays in one file, keys as in D4RL; diffusion-policy (DPPO) files are read too.

observations, actions, rewards, terminals, timeouts, next_observations, and `hone`: JSON text with what arrays cannot say.
DPPO: states, actions, traj_lengths. Nothing in a file is ever unpickled.
"""

import json
import zipfile
import zlib

import numpy as np

from columns import Columns, FormatError, member, parsed
from flat import flat_columns, flat_export


def write(columns, path):
    arrays, extra = flat_export(columns)
    with open(path, "xb") as file:
        np.savez_compressed(file, hone=np.array(json.dumps(extra)), **arrays)


DAMAGE = (ValueError, EOFError, zipfile.BadZipFile, zlib.error)
"""What numpy raises for a file that is damaged, or holds what would have to be unpickled."""


def read(path, _keys):
    arrays = _arrays(path)
    if "traj_lengths" in arrays and "actions" in arrays:
        return Columns(
            observations=arrays["states"] if "states" in arrays else member(arrays, "observations", path),
            actions=arrays["actions"],
            lengths=[int(n) for n in arrays["traj_lengths"].reshape(-1)],
            rewards=arrays.get("rewards"),
            notes=["a DPPO file: episodes by traj_lengths, normalised as its normalization.npz says"],
        )
    text = arrays.pop("hone", None)
    return flat_columns(arrays, None if text is None else parsed(str(text), f"{path}: hone"), path)


def _arrays(path):
    """Every array of the file by name."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except DAMAGE as error:
        raise FormatError(f"{path}: {error}") from error
