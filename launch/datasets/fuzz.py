"""Damaged data sets of every format that is read: each is imported or refused in a sentence, none loses steps in silence.

Each case is one of `samples` with a few random changes: bits, cuts, blocks, names, files, and values of its JSON. It is
read by what `convert import` runs. One process reads many; where the library of a format crashes on a case or does not
end, the case is read again as `convert import` would, in a process of its own, which has to say so in a line.
"""

import argparse
import io
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import convert
import samples
import session_log
import sources
from columns import FormatError, write_intermediate

SECONDS = 3  # of computing, of one case; more is one that does not end
PATIENCE = 60  # s of one case that waits and does not compute
MOST_BYTES = 1 << 30  # of memory, of the process that reads
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
NAMES = (b"observations", b"actions", b"terminals", b"timeouts", b"dones", b"rewards", b"success", b"episode_index",
    b"frame_index", b"timestamp", b"demo_1", b"episode_1", b"index", b"action", b"num_samples", b"total_steps")  # fmt: skip
ODD = (None, True, -1, 0, 1, 2**31, 2**63, 2**70, -(2**63), 1e308, float("nan"), float("inf"), 0.5, "", "x", "\x1b[2J", [], {}, [[]],
    {"a": {"b": [1]}}, "v9.0", [0], [-1], [2**40], "9" * 30)  # fmt: skip


def changed_bytes(data, rng):
    """One change of a file's bytes."""
    data = bytearray(data)
    if not data:
        return bytes(data)
    at = rng.randrange(len(data))
    count = min(len(data) - at, rng.choice((1, 2, 4, 8, 64)))
    kind = rng.randrange(9)
    if kind <= 1:
        for _ in range(rng.choice((1, 1, 2, 8))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 2:
        del data[at:]
    elif kind == 3:
        del data[at : at + count]
    elif kind == 4:
        data[at:at] = data[rng.randrange(len(data)) :][:count]
    elif kind == 5:
        data[at : at + count] = rng.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * count
    elif kind == 6:
        width = rng.choice((1, 2, 4, 8))
        number = rng.choice((0, 1, -1, 2**7, 2**15, 2**31, 2**31 - 1, 2**62, len(data), rng.randrange(1 << 63)))
        data[at : at + width] = (number & ((1 << 8 * width) - 1)).to_bytes(width, "little")
    elif kind == 7:
        one, other = rng.choice(NAMES), rng.choice(NAMES)
        found = data.find(one)
        if found >= 0:
            data[found : found + len(one)] = other[: len(one)].ljust(len(one), b"x")
    else:
        other = rng.randrange(len(data))
        data[at : at + count], data[other : other + count] = data[other : other + count], data[at : at + count]
    return bytes(data)


def changed_json(data, rng):
    """One change of a value, a key or an element of JSON, at any depth; of each line where there are several."""
    lines = data.split(b"\n") if b"\n{" in data else [data]
    number = rng.randrange(len(lines))
    try:
        value = json.loads(lines[number])
    except ValueError:
        return data
    parents = []

    def walk(item):
        for key in item if isinstance(item, dict) else range(len(item)):
            parents.append((item, key))
            if isinstance(item[key], (dict, list)):
                walk(item[key])

    if isinstance(value, (dict, list)):
        walk(value)
    if not parents:
        return data
    parent, key = rng.choice(parents)
    kind = rng.randrange(4)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent[key], (int, float)):
        parent[key] += rng.choice((-1, 1, 10, 0.5))
    else:
        parent[key] = rng.choice(ODD)
    lines[number] = json.dumps(value).encode()
    return b"\n".join(lines)


def changed(files, rng):
    """A data set with a few random changes."""
    files = dict(files)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        if not files:
            break
        name = rng.choice(list(files))
        kind = rng.randrange(20)
        if kind == 0 and len(files) > 1:
            del files[name]
        elif kind == 1:
            files[name] = files[rng.choice(list(files))]
        elif kind == 2:
            files[name] = rng.choice((b"", POINTER, b"<!DOCTYPE html><html>", files[name][:8]))
        elif name.endswith((".json", ".jsonl")) and kind < 16:
            files[name] = changed_json(files[name], rng)
        else:
            files[name] = changed_bytes(files[name], rng)
    return files


class Nowhere(io.RawIOBase):
    """Takes what is written, as a file does, and keeps nothing."""

    def writable(self):
        return True

    def write(self, data):
        return len(data)


def taken(path, name):
    """The columns of a case, as `convert import` takes them, or of a log, as `convert export` does."""
    if not name.startswith("session"):
        return convert.take(path, "auto", None)
    columns = session_log.read(path, {})
    columns.account.has(len(columns.lengths), columns.steps)
    return columns


def judged(path, name):
    """How reading ends: imported, refused, or what is wrong with it."""
    try:
        columns = taken(path, name)
        left = sum(entry["steps"] for entry in columns.account.left_out)
        if columns.account.found["steps"] - left != columns.steps or sum(columns.lengths) != columns.steps:
            return f"wrong: {columns.account.found['steps']} steps found, {left} left out, {columns.steps} imported"
        write_intermediate(columns, os.devnull)
        return "imported"
    except FormatError as error:
        text = str(error)
        return "refused" if text and "Traceback" not in text and len(text) < 4000 else f"wrong: {text[:200]}"
    except (OSError, MemoryError):
        return "refused"
    except BaseException as error:
        place = error.__traceback__
        while place.tb_next:
            place = place.tb_next
        return f"wrong: {type(error).__name__}: {str(error)[:120]} at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}"


def case(name, seed, number):
    """The files of one case."""
    return changed(samples.SAMPLES[name](), random.Random(f"{seed}/{name}/{number}")) if number else samples.SAMPLES[name]()


def reader(name, seed, numbers, pipe, folder):
    """Reads cases one after the other in this process and says how each ended."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    convert.limit_memory(MOST_BYTES)
    sources.MOST_BYTES = 256 << 20
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)
    whole = samples.SAMPLES[name]()
    for number in numbers:
        os.write(pipe, f"{number} ?\n".encode())
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        root = folder / "case"
        shutil.rmtree(root, ignore_errors=True)
        files = changed(whole, random.Random(f"{seed}/{name}/{number}")) if number else whole
        path = written(files, root)
        ending = judged(path, name).replace("\n", " ")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        os.write(pipe, f"{number} {peak} {ending}\n".encode()[:3000])


def written(files, root):
    """Writes a case; the path to import."""
    root.mkdir(parents=True, exist_ok=True)
    return samples.write(files, root) if files else root


def told(name, seed, number, folder):
    """How `convert import` ends with a case, in a process of its own, with less patience: (exit code, lines)."""
    root = folder / "again"
    shutil.rmtree(root, ignore_errors=True)
    path = written(case(name, seed, number), root)
    said = folder / "said.txt"
    child = os.fork()
    if child == 0:
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        convert.LEAST_SECONDS = SECONDS
        settings = argparse.Namespace(log=str(path), input=str(path), format="auto", keys=None, output=os.devnull, about=None)
        work = convert.read_in if not name.startswith("session") else lambda settings: session_log.read(settings.log, {})
        code = convert.guarded(work, settings, str(path))
        sys.stderr.flush()
        os._exit(code)
    _, status = os.waitpid(child, 0)
    # A library may have said something of its own before it crashed; Hone shows the last line.
    return os.waitstatus_to_exitcode(status), [line for line in said.read_text(errors="replace").splitlines() if line.strip()]


class Run:
    """Cases of one format; `jobs` of them take turns by the number."""

    def __init__(self, name, arguments, folder):
        self.name, self.seed, self.count, self.keep = name, arguments.seed, arguments.count, arguments.keep
        self.folder = folder / name
        self.folder.mkdir()
        self.next, self.counts, self.wrong, self.peak = 0, Counter(), [], 0

    def finish(self):
        """Reads all cases, beginning anew behind one that ends the process."""
        while self.next < self.count:
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                try:
                    reader(self.name, self.seed, range(self.next, self.count), write, self.folder)
                finally:
                    os._exit(0)
            os.close(write)
            self.follow(read, child)
            os.close(read)

    def follow(self, pipe, child):
        """Counts endings until the process ends or does not go on."""
        buffer, running = b"", None
        while True:
            ready, _, _ = select.select([pipe], [], [], PATIENCE)
            if not ready:
                os.kill(child, signal.SIGKILL)
                break
            data = os.read(pipe, 1 << 16)
            if not data:
                break
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                number, _, rest = line.decode(errors="replace").partition(" ")
                running = int(number)
                if rest == "?":
                    continue
                peak, _, ending = rest.partition(" ")
                self.peak = max(self.peak, int(peak))
                self.ended(running, ending)
                running, self.next = None, running + 1
        _, status = os.waitpid(child, 0)
        if running is not None:
            ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            self.ended(running, self.again(running, "endless" if ended_by in (signal.SIGKILL, signal.SIGPROF) else "crashed"))
            self.next = running + 1

    def again(self, number, how):
        """A case that ended its process, as a person would read it."""
        code, lines = told(self.name, self.seed, number, self.folder)
        if code in (0, 65) and (code == 0 or lines):
            return f"{how}, and told"
        return f"wrong: {how}, and then exit {code}: {lines[-1:]}"

    def ended(self, number, ending):
        kind = ending.split(":")[0]
        self.counts[kind] += 1
        if kind == "wrong":
            self.wrong.append((number, ending))
        if self.keep and kind not in ("imported", "refused"):
            written(case(self.name, self.seed, number), Path(self.keep) / f"{self.name}-{number}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", action="append", choices=samples.SAMPLES, help="only this one; several times")
    parser.add_argument("--count", type=int, default=100_000, help="cases of each")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", help="a folder for what is wrong, crashed or did not end")
    arguments = parser.parse_args()
    arguments.seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    warnings.simplefilter("ignore")
    print(f"seed {arguments.seed}", flush=True)
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="hone-fuzz-", dir=place) as folder:
        for name in arguments.format or samples.SAMPLES:
            began = time.monotonic()
            run = Run(name, arguments, Path(folder))
            run.finish()
            counts = ", ".join(f"{count} {kind}" for kind, count in sorted(run.counts.items()))
            print(f"{name}: {counts}; at most {run.peak} MB; {time.monotonic() - began:.0f} s", flush=True)
            for number, ending in run.wrong[:20]:
                print(f"  {name} {number}: {ending}", flush=True)
            wrong += len(run.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
