"""CURVE keys of a Python bridge: the files that `hone keys` writes, and who is admitted by them.

A key is 40 characters of Z85. `secret.key` holds one and may be read by its owner alone; a list of allowed
keys holds one public key and a name per line. Usable on its own, as `hone_wire.py` is.
"""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils import z85

KEY_CHARACTERS = 40
DOMAIN = "hone"
"""Under which libzmq asks the authenticator; any name that both know."""


class KeyProblem(Exception):
    """Keys that cannot be used, in a sentence for a person."""


def is_key(text: str) -> bool:
    """Whether `text` is 32 bytes in Z85."""
    try:
        return len(text) == KEY_CHARACTERS and len(z85.decode(text.encode())) == 32
    except (ValueError, KeyError, ArithmeticError, zmq.ZMQBaseError):
        return False


def read(path: str, forbidden: int, what_for: str, remedy: str) -> str:
    """The text of a file of this user's, or root's, of which `forbidden` permission bits are not set."""
    try:
        with Path(path).open() as file:
            status = os.fstat(file.fileno())
            text = file.read(65536)
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"cannot read {path}: {error}") from None
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid not in (os.geteuid(), 0):
        raise KeyProblem(
            f"{path} is not used: it belongs to the account with number {status.st_uid}, which may change it at any time; "
            "look at what is in it and make it your own (chown), or use one that is"
        )
    if mode & forbidden:
        raise KeyProblem(f"{path} is not used: others can {what_for} it (mode {mode:04o}); run {remedy} {path}")
    return text


def read_secret(path: str) -> bytes:
    """A secret key from its file, which nobody else may read; a crash of this process leaves no core from then on."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    # One byte: no core is that small, and the kernel then hands none to a program either.
    resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else 1, hard))
    text = read(path, 0o077, "read", "chmod 600").rstrip()
    if not is_key(text):
        raise KeyProblem(f"{path} does not hold a key of {KEY_CHARACTERS} characters; see hone keys new")
    return text.encode()


def read_allowed(path: str) -> dict[bytes, str]:
    """The names by public key of a list that only its owner may change."""
    allowed: dict[bytes, str] = {}
    lines = read(path, 0o022, "change", "chmod 644").splitlines()
    for number, line in enumerate(lines, start=1):
        key, *name = line.split(maxsplit=1) or ["#"]
        if key == "#":  # a comment: no key is that short
            continue
        if not is_key(key):
            raise KeyProblem(f"{path}:{number}: not a key and a name; add one with hone keys allow")
        allowed[key.encode()] = name[0] if name else ""
    if not allowed:
        raise KeyProblem(f"the list {path} names no agent; add an agent's public key with hone keys allow")
    return allowed


class Guard:
    """Encrypts a bridge's sockets and admits the holders of the allowed keys, and nobody else.

    It has a context of its own and must be made before its sockets are bound, which admit nobody while there is
    nobody to ask.
    """

    def __init__(self, secret: bytes, allowed: dict[bytes, str]) -> None:
        if not zmq.has("curve"):
            raise KeyProblem("this pyzmq has no CURVE encryption; install one that has (PyPI's wheels do)")
        self.secret, self.public, self.allowed = secret, zmq.curve_public(secret), allowed
        self.refused = 0
        self.context = zmq.Context()
        self._authenticator = ThreadAuthenticator(self.context)
        self._authenticator.start()
        self._authenticator.configure_curve_callback(domain=DOMAIN, credentials_provider=self)

    def callback(self, _domain: str, key: bytes) -> bool:
        """Whether the holder of a public key is admitted; asked on the authenticator's thread."""
        admitted = key in self.allowed
        self.refused += not admitted
        return admitted

    def socket(self) -> zmq.Socket[bytes]:
        """A ROUTER that is not bound yet."""
        socket = self.context.socket(zmq.ROUTER)
        socket.curve_secretkey, socket.curve_publickey = self.secret, self.public
        socket.curve_server = True
        socket.zap_domain = DOMAIN.encode()
        # Where nobody is there to ask, nobody is admitted.
        socket.zap_enforce_domain = True
        return socket

    def close(self) -> None:
        """Ends the authenticator; after its sockets are closed."""
        self._authenticator.stop()
        self.context.destroy(linger=0)
