"""Reads episodes from a session log with the reference packages of its container and schemas.

Whole episodes only, in the order they ended. Labels that were given later are in files of their own; `hone episodes
export` applies them and hands over a log that has them in it.
"""

import numpy as np
from mcap.exceptions import EndOfFile, McapError
from mcap.reader import NonSeekingReader
from mcap_protobuf.decoder import DecoderFactory

from columns import Columns, FormatError, matrix

PURPOSES = ["demonstration", "evaluation", "training"]
OUTCOMES = ["running", "success", "failure", "aborted"]


def read(path, about):
    """Columns of every whole episode that has steps.

    `about`: {task, instruction, robot, rate, observation: [{name, unit}], action: [{name, unit, kind, low, high}]}.
    """
    episodes = []
    current = None
    with open(path, "rb") as file:
        log = NonSeekingReader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
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
        except EndOfFile:
            pass  # a log that was cut short: what was whole has been read
        except McapError as error:
            raise FormatError(f"{path}: {error}") from error
    if not episodes:
        raise FormatError(f"{path} holds no whole episode with steps")
    steps = [step for episode in episodes for step in episode["steps"]]

    def rows(name):
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
