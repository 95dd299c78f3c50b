"""Reading HDF5 of others: one value at a time, nothing from another file, and everything that is there by name."""

import contextlib
import io
import re

import h5py
import numpy as np

from account import listed, shape_text
from columns import FormatError, below_keys, narrow
from sources import afford, look, natural, reading, refuse_beyond

DEEPEST = 16  # groups in groups
MOST_TIMES = 1100  # smaller than its numbers a compressed dataset can be: what deflate does to zeros
SPARE_BYTES = 1 << 24
MOST_ATTRIBUTE_BYTES = 1 << 20


def opened(path):
    """The file, open for reading."""
    head = look(path)
    with reading(path):
        if head[:8] != b"\x89HDF\r\n\x1a\n" and not h5py.is_hdf5(path):
            raise FormatError(f"{path} is not HDF5: it begins with other bytes")
        return h5py.File(path, "r")


@contextlib.contextmanager
def written(path, **options):
    """A new file, filled in memory and written as a whole: the library crashes where a disk is full while it closes one."""
    with io.BytesIO() as buffer:
        with h5py.File(buffer, "w", **options) as file:
            yield file
        with open(path, "xb") as output:
            output.write(buffer.getbuffer())


def child(group, name, where):
    """What is called `name` in a group, a part after the other; links to elsewhere are not followed."""
    item = _down(group, name, where)
    if item is None:
        raise FormatError(f"{where}: there is no {name} in {group.name}")
    return item


def has(group, name, where):
    """Whether a group has something of that name; a link to elsewhere is refused as `child` does."""
    return _down(group, name, where) is not None


def _down(group, name, where):
    """The item at a path of names; None where there is none. A soft link can lead through one to another file."""
    item = group
    for part in name.split("/"):
        with reading(where, name):
            link = item.get(part, getlink=True) if isinstance(item, h5py.Group) else None
            if link is None:
                return None
            if isinstance(link, h5py.ExternalLink):
                raise FormatError(f"{where}: {name} is a link to another file, which is not followed")
            if not isinstance(link, h5py.HardLink):
                raise FormatError(f"{where}: {name} is a link, which is not followed: copy there what it leads to")
            item = item[part]
    return item


def names_in(group, where):
    """The names in a group, in their order: numbers in them by size, as the parts of a tuple have them."""
    with reading(where):
        names = list(group)
    for name in names:
        if not isinstance(name, str) or any("\udc80" <= letter <= "\udcff" for letter in name):
            raise FormatError(f"{where}: {ascii(name)} in {group.name} is no name in UTF-8: give it another one")
    return sorted(names, key=natural)


def is_numbers(item):
    """A dataset of numbers or flags with a first dimension."""
    if not isinstance(item, h5py.Dataset):
        return False
    with reading(item.file.filename):
        return item.dtype.kind in "fiub" and item.ndim > 0


def foresee(items, where):
    """Refuses datasets of numbers that would not fit together, before one of them is read."""
    total = 0
    for item in items:
        with reading(where, item.name):
            total += item.nbytes
    refuse_beyond(total, f"{where}")


def values(item, where):
    """All numbers of a dataset, in their own type."""
    with reading(where, item.name):
        if not is_numbers(item):
            raise FormatError(f"{where}: {item.name} holds no numbers with the steps first")
        return content(item, where)


def content(item, where):
    """All of a dataset, of whatever type: what is in the file itself, and no more than it can hold."""
    with reading(where, item.name):
        if item.external or item.is_virtual:
            raise FormatError(f"{where}: {item.name} keeps its numbers in another file, which is not followed")
        stored = item.id.get_storage_size()
        if item.nbytes > MOST_TIMES * stored + SPARE_BYTES or int(np.prod(item.chunks or (), dtype=object)) * item.dtype.itemsize > item.nbytes + SPARE_BYTES:
            raise FormatError(f"{where}: {item.name} says [{shape_text(item.shape)}] and holds {stored} bytes of it: it is damaged")
        afford(item.nbytes, f"{where}: {item.name}")
        return item[()]


def rows(item, where):
    """[T, n] float32 of a dataset of numbers."""
    numbers = values(item, where)
    width = int(np.prod(numbers.shape[1:], dtype=object))
    return narrow(numbers.reshape(len(numbers), width), f"{where}: {item.name}")


def numbered(group, stem, where):
    """The members called stem and a number, by that number: [(name, member)]."""
    found = [name for name in names_in(group, where) if re.fullmatch(stem + r"[0-9]{1,18}", name)]
    if not found:
        raise FormatError(f"{where} has no {stem}0 or the like in {group.name}; it has: {listed(names_in(group, where), 20)}")
    return [(name, child(group, name, where)) for name in sorted(found, key=lambda name: int(name[len(stem) :]))]


def flattened(item, where, name="", depth=0):
    """Every dataset of an item by its dotted name, in the order of the names: [(name, dataset)]."""
    if isinstance(item, h5py.Dataset):
        return [(name, item)]
    if not isinstance(item, h5py.Group):
        return []
    if depth > DEEPEST:
        raise FormatError(f"{where}: {item.name} has groups in groups more than {DEEPEST} deep")
    found = []
    for part in names_in(item, where):
        below = child(item, part, where)
        found += flattened(below, where, f"{name}.{part}" if name else part, depth + 1)
    return found


def side_by_side(item, keys, where):
    """[T, n] float32 of a dataset, or of a group's vectors side by side; names; and what was not taken.

    `keys`: datasets or groups in the group, nested with dots or slashes; None for everything that is a number a step.
    What was not taken: (name, shape, why).
    """
    if isinstance(item, h5py.Dataset):
        if keys is None and is_numbers(item) and item.ndim > 3:
            raise FormatError(f"{where}: {item.name} [{shape_text(item.shape)}] holds pictures: only scalars are observed")
        return rows(item, where), None, []
    every = flattened(item, where)
    if keys is None:
        with reading(where):
            chosen = [(name, part) for name, part in every if is_numbers(part) and part.ndim <= 2 and part.size > 0]
    else:
        chosen = below_keys(every, keys, f"{where}: {item.name}")
    if not chosen:
        raise FormatError(f"{where}: {item.name} has no vectors; it has: {listed([name for name, _ in every], 20) or 'nothing'}")
    taken = {name for name, _ in chosen}
    # The steps of one episode are nobody's size.
    left = [(name, "×".join(["…", *map(str, (part.shape or ())[1:])]), _why(part)) for name, part in every if name not in taken]
    columns = [rows(part, where) for _, part in chosen]
    if len({len(column) for column in columns}) != 1:
        raise FormatError(f"{where}: {listed([name for name, _ in chosen], 20)} in {item.name} differ in their number of steps")
    names = []
    for (name, _), column in zip(chosen, columns):
        names += [name] if column.shape[1] == 1 else [f"{name}[{i}]" for i in range(column.shape[1])]
    return np.concatenate(columns, axis=1), [{"name": name, "unit": None} for name in names], left


def _why(part):
    if not is_numbers(part):
        return "not numbers a step"
    return "a picture or a table a step" if part.ndim > 2 else "not observed"


def attribute(item, name, where):
    """An attribute; None where there is none or it cannot be read."""
    with reading(where, f"attribute {name}"):
        if name not in item.attrs:
            return None
        stored = item.attrs.get_id(name)
        if stored.get_storage_size() > MOST_ATTRIBUTE_BYTES:
            raise FormatError(f"{where}: the attribute {name} says that it is {stored.get_storage_size()} bytes: it is damaged")
        value = item.attrs[name]
        return None if isinstance(value, h5py.Empty) else value
