"""Makes one of a configuration."""

from lerobot.devices import build as make_teleoperator_from_config

__all__ = ["make_teleoperator_from_config"]
