"""The base class and the registry of teleoperators."""

from dataclasses import dataclass
from typing import ClassVar

from lerobot.devices import Configuration, Device


@dataclass(kw_only=True)
class TeleoperatorConfig(Configuration):
    """Of one of them."""

    choices: ClassVar[dict[str, type]] = {}


class Teleoperator(Device):
    """One of them."""

    folder = "teleoperators"
