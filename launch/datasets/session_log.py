"""Reads episodes from a session log with the reference packages of its container and schemas.

Whole episodes only, in the order they ended. Labels that were given later are in files of their own; `hone episodes
export` applies them and hands over a log that has them in it.
"""

import struct
import sys

import numpy as np
from mcap.exceptions import EndOfFile
from mcap.reader import NonSeekingReader
from mcap_protobuf.decoder import DecoderFactory

from account import plural
from columns import Columns, FormatError, matrix
from sources import MOST_BYTES, look, reading

PURPOSES = ["demonstration", "evaluation", "training"]
OUTCOMES = ["running", "success", "failure", "aborted"]


def read(path, about):
    """Columns of every whole episode that has steps.

    `about`: {task, instruction, robot, rate, control_space, observation: [{name, unit}],
    action: [{name, unit, kind, low, high, and control_space where it is another than the robot's}]}.
    """
    if look(path)[1:5] != b"MCAP":
        raise FormatError(f"{path} is no session log (MCAP): it begins with other bytes")
    with reading(path):
        return _columns(_episodes(path), path, about)


def _episodes(path):
    """Every whole episode that has steps: its start, its steps, its end."""
    episodes = []
    current = None
    with open(path, "rb") as file:
        log = NonSeekingReader(file, validate_crcs=True, decoder_factories=[DecoderFactory()], record_size_limit=MOST_BYTES)
        try:
            for _, channel, _, message in log.iter_decoded_messages(
                topics=["/episode", "/transition"], log_time_order=False
            ):
                if channel.topic == "/transition":
                    if current is not None and message.episode == current["mark"].episode:
                        current["steps"].append(message)
                elif message.outcome == 0:
                    current = {"mark": message, "steps": []}
                elif current is not None and message.episode == current["mark"].episode:
                    if message.steps == len(current["steps"]) > 0:
                        episodes.append({**current, "end": message})
                    current = None
        except (EndOfFile, struct.error):
            # As a killed session leaves it: what was whole has been read.
            print(f"{path} is cut off: {plural(len(episodes), 'whole episode')} in it can be taken", file=sys.stderr)
    return episodes


def _columns(episodes, path, about):
    """Their steps as columns."""
    if not episodes:
        raise FormatError(f"{path} holds no whole episode with steps")
    for episode in episodes:
        if not (0 <= episode["mark"].purpose < len(PURPOSES) and 0 <= episode["end"].outcome < len(OUTCOMES)):
            raise FormatError(f"{path}: episode {episode['mark'].episode} has a purpose or an outcome that is not known here")
    steps = [step for episode in episodes for step in episode["steps"]]

    def rows(name):
        if len({len(getattr(step, name)) for step in steps}) != 1:
            raise FormatError(f"{path}: its steps differ in how many numbers of {name.replace('_', ' ')} they have")
        return matrix(np.array([getattr(step, name) for step in steps], dtype=np.float32), name)

    return Columns(
        observations=rows("observation"),
        actions=rows("executed"),
        lengths=[len(episode["steps"]) for episode in episodes],
        next_observations=rows("next_observation"),
        rewards=np.array([step.reward for step in steps], dtype=np.float32),
        terminals=np.array([step.terminal for step in steps]),
        operator=np.array([step.source == 1 for step in steps]),
        versions=np.array([step.policy_version for step in steps], dtype=np.int64),
        rate=about.get("rate"),
        about={key: value for key, value in about.items() if key != "rate"},
        episodes=[
            {
                "number": episode["mark"].episode,
                # A seed is 64 bits wide; JSON's numbers are not.
                "seed": str(episode["mark"].seed),
                "purpose": PURPOSES[episode["mark"].purpose],
                "outcome": OUTCOMES[episode["end"].outcome],
            }
            for episode in episodes
        ],
    )
