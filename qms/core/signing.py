"""The installation's own keys: made at first start, kept in the instance folder, mode 0600."""

import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SECRET_KEY, SIGNING_KEY = "secret_key", "signing_key.pem"
"""Their names in the instance folder."""


def keep_private(path: Path, content: bytes) -> bytes:
    """The content of a private file; it is made with this content if it is not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return content


def secret_key(instance: Path) -> str:
    """The secret that signs cookies and tokens."""
    return keep_private(instance / SECRET_KEY, secrets.token_hex(32).encode()).decode()


def public_key_of(raw_hex: str) -> Ed25519PublicKey:
    """An Ed25519 public key from its 32 bytes in hex."""
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw_hex))


def key_id_of(raw_hex: str) -> str:
    """A short name for a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(raw_hex)).hexdigest()[:16]


def verifies(public_hex: str, message: bytes, signature_hex: str) -> bool:
    """Whether the signature (hex) over the message is by this public key (hex)."""
    try:
        public_key_of(public_hex).verify(bytes.fromhex(signature_hex), message)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """The Ed25519 key with which this installation signs packs and checkpoints."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_hex = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        self.key_id = key_id_of(self.public_hex)

    @classmethod
    def of(cls, instance: Path) -> "SigningKey":
        """The key of an instance folder, made there if there is none yet."""
        fresh = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        loaded = load_pem_private_key(keep_private(instance / SIGNING_KEY, fresh), None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise ValueError(f"{instance / 'signing_key.pem'} is not an Ed25519 key")
        return cls(loaded)

    def sign(self, message: bytes) -> str:
        """The signature over a message, in hex."""
        return self._private.sign(message).hex()

    def verifies(self, message: bytes, signature: str) -> bool:
        """Whether a signature (hex) over the message is by this key."""
        return verifies(self.public_hex, message, signature)
