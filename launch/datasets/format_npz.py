"""NPZ: flat arrays in one file, keys as in D4RL; diffusion-policy (DPPO) files are read too.

observations, actions, rewards, terminals, timeouts, next_observations, and `hone`: JSON text with what arrays cannot say.
DPPO: states, actions, traj_lengths. Nothing in a file is ever unpickled.
"""

import json
import zipfile

import numpy as np

from account import shape_text
from columns import FormatError
from flat import flat_columns, flat_export
from sources import afford, look, parsed, reading, refuse_beyond


def write(columns, path):
    arrays, extra = flat_export(columns)
    with open(path, "xb") as file:
        np.savez_compressed(file, hone=np.array(json.dumps(extra)), **arrays)


def read(path, keys):
    arrays, others, text = _arrays(path)
    columns = flat_columns(arrays, None if text is None else parsed(text, f"{path}: hone"), path, keys, others)
    if "traj_lengths" in arrays and "states" in arrays:
        columns.notes.append("a DPPO file: episodes by traj_lengths, normalised as its normalization.npz says")
    return columns


def _arrays(path):
    """Every array of numbers by name, what else there is, and Hone's own text or None."""
    head = look(path)
    if head[:2] != b"PK":
        raise FormatError(f"{path} is not NPZ (a ZIP archive): it begins with other bytes")
    others, wanted, total = [], [], 0
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:
        raise FormatError(
            f"{path} is cut off or damaged: the ZIP directory at its end cannot be read ({error}); copy or download it again"
        ) from error
    with archive:
        with reading(path):
            members = archive.infolist()
        for member in members:
            name = member.filename.removesuffix(".npy")
            with reading(path, name), archive.open(member) as file:
                dtype, shape = _header(file)
            if dtype.hasobject:
                others.append((name, shape_text(shape), "objects, which would have to be unpickled"))
                continue
            if len(shape) > 2 and dtype.kind in "fiub":
                others.append((name, shape_text(shape), "a picture or a table a step"))
                continue
            if dtype.kind not in "fiub" and name != "hone":
                others.append((name, shape_text(shape), f"{dtype}, not numbers"))
                continue
            count = dtype.itemsize * int(np.prod(shape, dtype=object))
            if count > member.file_size or count < 0:
                raise FormatError(f"{path}: {name} is cut off: it says [{shape_text(shape)}] and holds {member.file_size} bytes")
            total += count
            wanted.append((name, member, count))
        refuse_beyond(total, f"{path}")
        arrays, text = {}, None
        for name, member, count in wanted:
            afford(count, f"{path}: {name}")
            with reading(path, name), archive.open(member) as file:
                value = np.lib.format.read_array(file, allow_pickle=False, max_header_size=10_000)
            if name == "hone":
                text = str(value)
            else:
                arrays[name] = value
    return arrays, others, text


def _header(file):
    """Type and shape of an array in a file, without reading it."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file, max_header_size=10_000)
    return dtype, shape
