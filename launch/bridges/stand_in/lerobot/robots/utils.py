"""Makes one of a configuration."""

from lerobot.devices import build as make_robot_from_config

__all__ = ["make_robot_from_config"]
