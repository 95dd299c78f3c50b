"""Robots and leaders of the installed LeRobot library, or of a user's own module: made, checked, connected.

Nothing here ever asks at a terminal: what LeRobot would ask is refused, with what to do.
"""

from __future__ import annotations

import builtins
import dataclasses
import hashlib
import importlib
import inspect
import pkgutil
import time
import typing
from pathlib import Path
from typing import Any, NoReturn

from lerobot_units import Unsuitable

ATTEMPTS = 3
"""To connect, where a motor did not answer."""


def refuse_questions() -> None:
    """Has whatever asks for a line at the terminal fail: nobody sits there, and the robot would hang."""

    def refuse(prompt: object = "") -> NoReturn:
        raise Unsuitable(f"LeRobot asked for an answer at the terminal, which a bridge has none of: {str(prompt).strip()}")

    builtins.input = refuse


def registered(kind: str) -> Any:
    """The registry of configurations of `robots` or `teleoperators`, with everything that can be imported here in it."""
    package = importlib.import_module(f"lerobot.{kind}")
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            try:
                importlib.import_module(f"{package.__name__}.{module.name}")
            except Exception:  # noqa: BLE001  a robot whose own packages are not installed
                continue
    importlib.import_module(f"lerobot.{kind}.utils")
    return package.RobotConfig if kind == "robots" else package.TeleoperatorConfig


def make(kind: str, name: str, settings: dict[str, Any], torque_off: bool) -> Any:
    """A robot (`robots`) or leader (`teleoperators`) by its type in LeRobot, or by `MODULE:CLASS`; not connected."""
    if ":" in name:
        module, _, class_name = name.partition(":")
        try:
            own = getattr(importlib.import_module(module), class_name)
        except (ImportError, AttributeError) as error:
            raise Unsuitable(f"cannot import {name}: {error}") from None
        return own(configuration(own.config_class, name, settings, torque_off))
    registry = registered(kind)
    try:
        chosen = registry.get_choice_class(name)
    except KeyError:
        known = ", ".join(sorted(registry.get_known_choices()))
        raise Unsuitable(f"LeRobot has no {kind.removesuffix('s')} '{name}' here; it has {known}") from None
    config = configuration(chosen, name, settings, torque_off)
    utils = importlib.import_module(f"lerobot.{kind}.utils")
    build = utils.make_robot_from_config if kind == "robots" else utils.make_teleoperator_from_config
    if name == "lekiwi_client":  # which its own function does not know
        build = importlib.import_module("lerobot.robots.lekiwi").LeKiwiClient
    try:
        return build(config)
    except ImportError as error:
        raise Unsuitable(f"the robot '{name}' needs a package that is not here: {error}") from None


def configuration(chosen: Any, name: str, settings: dict[str, Any], torque_off: bool) -> Any:
    """A configuration of LeRobot's with Hone's choices where it has them: degrees, no cameras, torque on at the end."""
    fields = {field.name: field for field in dataclasses.fields(chosen)}
    values: dict[str, Any] = {}
    for key, value in (
        ("use_degrees", True), ("cameras", {}), ("max_relative_target", None), ("disable_torque_on_disconnect", torque_off),
        # A LeKiwi's host sends 30 times a second; a client that waits for less finds nothing every other time.
        ("polling_timeout_ms", 50),
    ):
        if key in fields:
            values[key] = value
    for key in ("left_arm_config", "right_arm_config"):  # of two arms; the settings name each as left_arm_config.port
        if key in fields:
            inner = {each.partition(".")[2]: value for each, value in settings.items() if each.startswith(key + ".")}
            values[key] = configuration(nested(chosen, key), name, inner, torque_off)
    settings = {key: value for key, value in settings.items() if "." not in key or key.partition(".")[0] not in values}
    unknown = sorted(set(settings) - set(fields))
    if unknown:
        raise Unsuitable(f"{name} has no setting {', '.join(unknown)}; it has {', '.join(sorted(fields))}")
    values |= settings
    missing = sorted(
        key for key, field in fields.items() if key not in values
        and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )
    if missing:
        raise Unsuitable(f"{name} needs {', '.join(missing)}: give --port, or --config {missing[0]}=…")
    try:
        return chosen(**values)
    except (TypeError, ValueError) as error:
        raise Unsuitable(f"{name} does not take these settings: {error}") from None


def nested(chosen: Any, key: str) -> Any:
    """The class of a configuration within another."""
    return typing.get_type_hints(chosen)[key]


def parts(device: Any) -> list[Any]:
    """The arms that have a calibration each: of two arms both, else the device."""
    arms = [getattr(device, side, None) for side in ("left_arm", "right_arm")]
    return [arm for arm in arms if arm is not None] or [device]


def calibration_files(device: Any) -> list[Path]:
    """The calibration of each arm; empty for a device whose motors are elsewhere."""
    return [Path(part.calibration_fpath) for part in parts(device) if getattr(part, "bus", None) is not None]


def check_calibration(device: Any, what: str, name: str) -> str:
    """Refuses a device without a calibration; eight digits of its hash, empty where there is none to have."""
    digest = hashlib.sha256()
    files = calibration_files(device)
    for path in files:
        try:
            digest.update(path.read_bytes())
        except OSError:
            raise Unsuitable(
                f"no calibration of {name} at {path}: run lerobot-calibrate --{what}.type={name} --{what}.port=… "
                f"--{what}.id={path.stem} once, or name the id that it was given (--id)"
            ) from None
    return digest.hexdigest()[:8] if files else ""


def connect(device: Any, what: str, name: str) -> None:
    """Connects without a question, and refuses a device whose motors hold another calibration than its file.

    A motor that does not answer once is asked again: of some forty questions one is easily lost.
    """
    for attempt in range(ATTEMPTS):
        try:
            if "calibrate" in inspect.signature(device.connect).parameters:
                device.connect(calibrate=False)
            else:
                device.connect()
            is_calibrated = device.is_calibrated
            break
        except Unsuitable:
            raise
        except Exception as error:  # noqa: BLE001  whatever the library raises
            text = " ".join(str(error).split()) or type(error).__name__
            let_go(device)
            if attempt + 1 == ATTEMPTS or not isinstance(error, ConnectionError) or "status packet" not in text:
                raise Unsuitable(f"cannot connect to {name}: {text}") from None
            time.sleep(0.2)
    if is_calibrated is False:  # a LeKiwi's client says None
        let_go(device)
        raise Unsuitable(
            f"the motors of {name} hold another calibration than the file of its id: run lerobot-calibrate for this {what} "
            "and id, and press ENTER there to write the file into the motors"
        )


def let_go(device: Any) -> None:
    """Disconnects what may be half connected."""
    try:
        if device.is_connected:
            device.disconnect()
    except Exception:  # noqa: BLE001  what was wrong with it is being told
        pass
