"""Session logs to the datasets of others, and those to what `hone episodes import` reads.

    convert.py export --log session.mcap --about about.json|--rate HZ --format lerobot-v3|minari|d4rl|npz --output OUT
    convert.py import --input IN --format auto|lerobot|robomimic|minari|d4rl|npz [--keys a,b] --output columns.safetensors
"""

import argparse
import sys
from pathlib import Path

import h5py

import format_hdf5
import format_lerobot
import format_npz
import session_log
from columns import FormatError, parsed, write_intermediate

WRITERS = {
    "lerobot-v3": format_lerobot.write,
    "minari": format_hdf5.write_minari,
    "d4rl": format_hdf5.write_d4rl,
    "npz": format_npz.write,
}
READERS = {
    "lerobot": format_lerobot.read,
    "robomimic": format_hdf5.read_robomimic,
    "minari": format_hdf5.read_minari,
    "d4rl": format_hdf5.read_d4rl,
    "npz": format_npz.read,
}


def detect(path):
    """The format of what is at `path`."""
    path = Path(path)
    if not path.exists():
        raise FormatError(f"{path} is not there")
    if (path / "meta/info.json").exists():
        return "lerobot"
    if path.is_dir():
        if (path / "data/main_data.hdf5").exists() or (path / "main_data.hdf5").exists():
            return "minari"
        raise FormatError(f"{path} is neither a LeRobotDataset (meta/info.json) nor a Minari dataset (data/main_data.hdf5)")
    if path.suffix == ".npz":
        return "npz"
    if h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            if "data" in file and "demo_0" in file["data"]:
                return "robomimic"
            if "episode_0" in file:
                return "minari"
            if "observations" in file:
                return "d4rl"
            raise FormatError(f"{path} is HDF5, but neither robomimic, Minari nor D4RL; it has: {', '.join(file)}")
    raise FormatError(f"{path} is in no format that is read here; say --format if it is one of {', '.join(READERS)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export")
    export.add_argument("--log", required=True)
    export.add_argument("--about", help="JSON: task, instruction, robot, rate, observation, action")
    export.add_argument("--rate", type=float, help="steps per second, where --about does not say")
    export.add_argument("--format", required=True, choices=WRITERS)
    export.add_argument("--output", required=True)
    take = commands.add_parser("import")
    take.add_argument("--input", required=True)
    take.add_argument("--format", default="auto", choices=["auto", *READERS])
    take.add_argument("--keys", help="observation keys, comma-separated, in this order")
    take.add_argument("--output", required=True)
    arguments = parser.parse_args()
    try:
        if arguments.command == "export":
            if Path(arguments.output).exists():
                raise FormatError(f"{arguments.output} is there already; nothing is overwritten")
            about = parsed(Path(arguments.about).read_bytes(), arguments.about) if arguments.about else {}
            about.setdefault("rate", arguments.rate)
            columns = session_log.read(arguments.log, about)
            WRITERS[arguments.format](columns, arguments.output)
        else:
            kind = detect(arguments.input) if arguments.format == "auto" else arguments.format
            keys = arguments.keys.split(",") if arguments.keys else None
            columns = READERS[kind](arguments.input, keys)
            columns.notes.insert(0, f"read as {kind}")
            write_intermediate(columns, arguments.output)
    except (FormatError, OSError) as error:
        # Anything else is a mistake of this program, and shows where.
        print(error, file=sys.stderr)
        return 65
    return 0


if __name__ == "__main__":
    sys.exit(main())
