"""Session logs to the datasets of others, and those to what `hone episodes import` reads.

    convert.py export --log session.mcap --about about.json|--rate HZ --format lerobot-v3|minari|d4rl|npz --output OUT
    convert.py import --input IN --format auto|lerobot|robomimic|minari|d4rl|npz [--keys a,b] --output columns.safetensors

Ends with 0, 65 (the data are at fault), 69 (a package is missing), 73 (something is where the output was to be) or 74 (the
output could not be written), and with one line of why. An output is written aside and renamed: a whole one or none.
"""

import argparse
import contextlib
import errno
import os
import resource
import shutil
import signal
import sys
import warnings
from pathlib import Path

try:
    import h5py

    import format_hdf5
    import format_lerobot
    import format_minari
    import format_npz
    import hdf5
    import lerobot_read
    import session_log
    import sources
    from account import listed, printable
    from columns import FormatError, write_intermediate
except ImportError as missing:
    print(
        f"{missing.name or missing}: this Python package is missing or broken; delete .venv-datasets and run "
        "launch/datasets/setup, which installs what the converters need",
        file=sys.stderr,
    )
    sys.exit(69)

WRITERS = {
    "lerobot-v3": format_lerobot.write,
    "minari": format_minari.write_minari,
    "d4rl": format_hdf5.write_d4rl,
    "npz": format_npz.write,
}
FILES = ("d4rl", "npz")  # the others are folders
READERS = {
    "lerobot": lerobot_read.read,
    "robomimic": format_hdf5.read_robomimic,
    "minari": format_minari.read_minari,
    "d4rl": format_hdf5.read_d4rl,
    "npz": format_npz.read,
}

LEAST_SECONDS = 60
BYTES_A_SECOND = 1 << 20
"""Of computing. A file that takes longer than this to read, at least LEAST_SECONDS, is damaged in a way that its library does not end at."""
LEAST_BYTES = 4 << 30
MOST_TIMES = 64
RESERVED_BYTES = 2 << 30
"""Of memory: so much, and so many times the size of the file; never more than three quarters of the machine's."""


class OutputError(Exception):
    """Something that is not written, with the exit code that says why."""

    def __init__(self, text, code):
        super().__init__(text)
        self.code = code


def aside(output, process):
    """Where `process` writes what is to become `output`: beside it, hidden."""
    output = Path(output)
    return output.parent / f".{output.name}.new-{process}"


def demand_free(output):
    """Refuses a place at which something is, a link that leads nowhere too."""
    if os.path.lexists(output):
        leads = ", a link that leads nowhere" if not os.path.exists(output) else ""
        raise OutputError(f"{output} is there already{leads}, and nothing is overwritten: name another output", 73)


def put(output, write):
    """Writes a file or folder by `write(path)` aside and gives it its name at the end."""
    demand_free(output)
    new = aside(output, os.getppid())
    discard(new)
    try:
        write(new)
        name(new, output)
    except (FormatError, MemoryError, OutputError):
        raise
    except Exception as error:
        raise OutputError(f"{output} could not be written: {reason_of(error)}; nothing is left of it", 74) from error
    finally:
        discard(new)


def name(new, output):
    """Gives what is whole its name; one that somebody has taken meanwhile stays theirs."""
    try:
        if new.is_dir():
            os.rename(new, output)
        else:
            os.link(new, output)
    except OSError as error:
        demand_free(output)
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS):
            raise
        # Not every file system has second names.
        os.rename(new, output)


def reason_of(error):
    """What the system or a library says, and what helps."""
    number = error.errno if isinstance(error, OSError) else None
    text = os.strerror(number) if number else f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    is_full = number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space left" in str(error)
    return text + ("; free some space on that disk, or name another output" if is_full else "")


def discard(path):
    """Removes what was written aside."""
    with contextlib.suppress(OSError):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def detect(path):
    """The format of what is at `path`."""
    path = Path(path)
    if not path.exists():
        raise FormatError(f"{path} is not there")
    if path.is_dir():
        if (path / "meta/info.json").exists():
            return "lerobot"
        if format_minari.find(path) != (None, None):
            return "minari"
        raise FormatError(
            f"{path} is neither a LeRobotDataset (meta/info.json) nor a Minari dataset (data/main_data.hdf5, or "
            "data/0/part-0.arrow or .parquet)"
        )
    head = sources.look(path)
    if head[:2] == b"PK" or path.suffix == ".npz":
        return "npz"
    if head[:8] == b"\x89HDF\r\n\x1a\n" or h5py.is_hdf5(path):
        with hdf5.opened(path) as file:
            names = hdf5.names_in(file, path)
            below, data = [], None
            if "data" in names and isinstance(data := hdf5.child(file, "data", path), h5py.Group):
                below = hdf5.names_in(data, path)
        if any(name.startswith("demo_") for name in below):
            return "robomimic"
        if any(name.startswith("episode_") and name[8:].isdigit() for name in names):
            return "minari"
        if {"observations", "obs", "states"} & set(names):
            return "d4rl"
        has = [f"{name} ({listed(below) or 'nothing'})" if name == "data" and isinstance(data, h5py.Group) else name for name in names]
        raise FormatError(f"{path} is HDF5, but neither robomimic, Minari nor D4RL; it has: {listed(has, 20) or 'nothing'}")
    raise FormatError(f"{path} is in no format that is read here; say --format if it is one of {', '.join(READERS)}")


def take(input, format, keys):
    """The columns of a data set of others; a `FormatError` says what is wrong with it."""
    sources.begin()
    kind = detect(input) if format == "auto" else format
    columns = READERS[kind](input, keys)
    columns.notes.insert(0, f"read as {kind}")
    return columns


def read_in(arguments):
    """Reads a data set and hands it over."""
    keys = [key for key in arguments.keys.split(",") if key] if arguments.keys else None
    columns = take(arguments.input, arguments.format, keys)
    try:
        write_intermediate(columns, arguments.output)
    except OSError as error:
        raise OutputError(f"{arguments.output}, where the numbers are handed over, could not be written: {reason_of(error)}", 74) from error


def write_out(arguments):
    """Writes a session's log as a data set."""
    output = arguments.output.rstrip("/") or arguments.output
    if output != arguments.output and arguments.format in FILES:
        raise OutputError(f"{arguments.output} names a folder, and {arguments.format} is one file: leave out the slash at its end", 73)
    demand_free(output)
    about = sources.json_file(Path(arguments.about)) if arguments.about else {}
    about.setdefault("rate", arguments.rate)
    columns = session_log.read(arguments.log, about)
    put(output, lambda path: WRITERS[arguments.format](columns, path))


def told(work, arguments, path):
    """Does work on a file in this process; its exit code, with one line where it is not 0."""
    try:
        work(arguments)
        return 0
    except OutputError as error:
        print(" ".join(printable(" ".join(str(error).split())).split()), file=sys.stderr)
        return error.code
    except FormatError as error:
        return refuse(error, path)
    except MemoryError:
        return refuse("it needs more memory than there is: it is damaged or too large", path)
    except OSError as error:
        return refuse(error, path)
    except Exception as error:
        place = error.__traceback__
        while place.tb_next:
            place = place.tb_next
        return refuse(
            f"it cannot be read, in a way that nobody expected ({type(error).__name__}: {str(error)[:200]}, "
            f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}): is it damaged?",
            path,
        )


def refuse(error, path):
    """One line of why; names the file."""
    text = " ".join(printable(" ".join(str(error).split())).split())
    print(text if str(path) in text else f"{path}: {text}", file=sys.stderr)
    return 65


def size_of(path):
    """Bytes of a file or of everything in a folder."""
    path = Path(path)
    if path.is_dir():
        return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
    return path.stat().st_size if path.exists() else 0


def limit_memory(most):
    """Bounds what this process may take: its data, and its addresses, which are many more by what libraries only reserve."""
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_AS, (most + RESERVED_BYTES, most + RESERVED_BYTES))


def guarded(work, arguments, path):
    """Works on a file in a process of its own: a library that crashes, does not end or takes all memory is a sentence too."""
    size = size_of(path)
    seconds = LEAST_SECONDS + size // BYTES_A_SECOND
    child = os.fork()
    if child == 0:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        most = min(memory * 3 // 4, LEAST_BYTES + MOST_TIMES * size)
        limit_memory(most)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        # Only for what waits and does not compute; a busy machine is no damage.
        signal.alarm(10 * seconds)
        # What a library says when it cannot close a file that it could not write stands behind the line that says why.
        sys.unraisablehook = lambda *_: None
        code = 70
        try:
            code = told(work, arguments, path)
            sys.stderr.flush()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return os.WEXITSTATUS(status)
    if os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGXCPU):
        return refuse(f"reading it did not end within {seconds} s: it is damaged", path)
    name = signal.Signals(os.WTERMSIG(status)).name
    return refuse(f"the library that reads its format crashed on it ({name}): it is damaged", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export")
    export.add_argument("--log", required=True)
    export.add_argument("--about", help="JSON: task, instruction, robot, rate, observation, action")
    export.add_argument("--rate", type=float, help="steps per second, where --about does not say")
    export.add_argument("--format", required=True, choices=WRITERS)
    export.add_argument("--output", required=True)
    imports = commands.add_parser("import")
    imports.add_argument("--input", required=True)
    imports.add_argument("--format", default="auto", choices=["auto", *READERS])
    imports.add_argument("--keys", help="what is observed: keys, comma-separated, in this order")
    imports.add_argument("--output", required=True)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    # Ctrl-C ends it at once and needs no account of where it was.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if arguments.command == "import":
        return guarded(read_in, arguments, arguments.input)
    try:
        return guarded(write_out, arguments, arguments.log)
    finally:
        discard(aside(arguments.output.rstrip("/"), os.getpid()))


if __name__ == "__main__":
    sys.exit(main())
