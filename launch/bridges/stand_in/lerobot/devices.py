"""A registry of configurations, and what robots and teleoperators have in common."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Callable, ClassVar


@dataclass(kw_only=True)
class Configuration:
    """`choices` is each subclass' own registry by type."""

    choices: ClassVar[dict[str, type]] = {}
    id: str | None = None
    calibration_dir: Path | None = None

    @classmethod
    def register_subclass(cls, name: str) -> Callable[[type], type]:
        def register(chosen: type) -> type:
            cls.choices[name] = chosen
            return chosen

        return register

    @classmethod
    def get_choice_class(cls, name: str) -> type:
        return cls.choices[name]

    @classmethod
    def get_known_choices(cls) -> dict[str, type]:
        return cls.choices


class Device:
    """Reads the calibration of its id, where there is one."""

    folder: str
    name: str

    def __init__(self, config: Any) -> None:
        self.id = config.id
        home = Path(os.environ.get("HF_LEROBOT_HOME", "~/.cache/huggingface/lerobot")).expanduser()
        self.calibration_dir = config.calibration_dir or home / "calibration" / self.folder / self.name
        self.calibration_fpath = Path(self.calibration_dir) / f"{self.id}.json"
        self.calibration: dict[str, Any] = {}
        if self.calibration_fpath.is_file():
            told = json.loads(self.calibration_fpath.read_text())
            self.calibration = {joint: SimpleNamespace(**values) for joint, values in told.items()}


def build(config: Any) -> Any:
    """There is no robot of its own in it."""
    raise ValueError(f"Error creating robot with config {config}")
