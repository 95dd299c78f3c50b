"""Opening files of others: what a file really is, how much of it fits, and one sentence for whatever goes wrong.

Every file is opened through here, so that a damaged one is named and none makes the machine run out of memory.
"""

import contextlib
import json
import re
from pathlib import Path

from account import printable
from columns import FormatError

MOST_BYTES = 8 << 30
"""Of numbers in memory, of one import; what Hone takes over at most."""

# What some files begin with that are not what their names say.
OTHERS = (
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer, not the file itself: `git lfs pull` in its folder fetches it"),
    (b"/annex/objects/", "a git-annex pointer, not the file itself: `git annex get` fetches it"),
    (b"\x1f\x8b", "gzip-compressed: decompress it first"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed: decompress it first"),
    (b"\xfd7zXZ", "xz-compressed: decompress it first"),
    (b"\x80\x02", "a Python pickle, which can run programs and is not read here: save it as NPZ"),
    (b"\x80\x03", "a Python pickle, which can run programs and is not read here: save it as NPZ"),
    (b"\x80\x04", "a Python pickle, which can run programs and is not read here: save it as NPZ"),
    (b"\x80\x05", "a Python pickle, which can run programs and is not read here: save it as NPZ"),
    (b"<!doctype html", "a web page, not the file itself: it was downloaded from a page that shows it"),
    (b"<html", "a web page, not the file itself: it was downloaded from a page that shows it"),
)

_taken = 0


def begin():
    """A new import: nothing is in memory yet."""
    global _taken
    _taken = 0


def afford(count, what):
    """Refuses numbers that would not fit, before they are read."""
    global _taken
    refuse_beyond(count, what)
    _taken += int(count)


def refuse_beyond(count, what):
    """The same of numbers of which nothing is read yet."""
    whole = _taken + int(count)
    if whole > MOST_BYTES:
        raise FormatError(f"{what} would take the import to {whole >> 20} MB of numbers; {MOST_BYTES >> 20} MB are read at most")


@contextlib.contextmanager
def reading(path, what=""):
    """Whatever a library says against a file, as one sentence that names it."""
    try:
        yield
    except FormatError:
        raise
    except MemoryError as error:
        raise FormatError(f"{path}{what and ': ' + what} needs more memory than there is: it is damaged or too large") from error
    except FileNotFoundError as error:
        raise FormatError(f"{path} is not there") from error
    except PermissionError as error:
        raise FormatError(f"{path} may not be read: {error.strerror}") from error
    except Exception as error:
        said = str(error).strip().splitlines()
        text = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
        raise FormatError(f"{path}{what and ': ' + what} is damaged or not what its name says ({printable(text)[:300]})") from error


def look(path):
    """Refuses a file that is something else in its place, by how it begins."""
    with reading(path):
        if not Path(path).is_file():
            if Path(path).is_dir():
                raise FormatError(f"{path} is a folder, and a file was expected")
            raise FormatError(f"{path} is not there" if not Path(path).exists() else f"{path} is no regular file")
        with open(path, "rb") as file:
            head = file.read(64)
    if not head:
        raise FormatError(f"{path} is empty")
    for start, meaning in OTHERS:
        if head.lower().startswith(start):
            raise FormatError(f"{path} is {meaning}")
    return head


def parsed(text, what):
    """The object that JSON text holds."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{what} is not JSON: {printable(str(error))[:200]}") from error
    if not isinstance(value, dict):
        raise FormatError(f"{what} is not a JSON object")
    return value


def json_file(path, most=1 << 28):
    """The object of a JSON file."""
    look(path)
    with reading(path):
        if path.stat().st_size > most:
            raise FormatError(f"{path} is larger than the {most >> 20} MB that are read of its kind")
        text = path.read_bytes()
    return parsed(text, path)


def whole(value, what, least=0):
    """A whole number of JSON or a table, at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or int_of(value) is None:
        raise FormatError(f"{what} is {printable(repr(value))[:60]}, not a whole number")
    if int_of(value) < least:
        raise FormatError(f"{what} is {int_of(value)}, less than {least}")
    return int_of(value)


def int_of(value):
    """The whole number that a number is; None where it is none or beyond 63 bits."""
    try:
        number = int(value)
    except (OverflowError, ValueError, TypeError):
        return None
    return number if number == value and abs(number) < 1 << 62 else None


def natural(path):
    """Sorts file-2 before file-10."""
    return [int(part) if index % 2 else part for index, part in enumerate(re.split(r"([0-9]+)", str(path)))]
