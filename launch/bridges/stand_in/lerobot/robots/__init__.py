"""The base class and the registry of robots."""

from dataclasses import dataclass
from typing import ClassVar

from lerobot.devices import Configuration, Device


@dataclass(kw_only=True)
class RobotConfig(Configuration):
    """Of one of them."""

    choices: ClassVar[dict[str, type]] = {}


class Robot(Device):
    """One of them."""

    folder = "robots"
