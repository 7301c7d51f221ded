"""From the reference of a secret in the file to the secret."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.settings.fields import SecretRef
from transforms.address_rules import url_refusal
from transforms.secret import Secret, SecretNotFoundError, SecretPlace


def place_of(ref: SecretRef, folder: Path) -> SecretPlace:
    """Return where the secret stands; paths are relative to `folder`."""
    return SecretPlace(env=ref.env) if ref.env is not None else SecretPlace(file=folder / str(ref.file))


def find_secret(ref: SecretRef, folder: Path, environ: Mapping[str, str]) -> Secret:
    """Return the secret; raise `SecretNotFoundError`."""
    return place_of(ref, folder).find(environ)


def find_web_address(ref: SecretRef, folder: Path, environ: Mapping[str, str]) -> Secret:
    """Return a secret that is a web address."""
    secret = find_secret(ref, folder, environ)
    if url_refusal(secret.reveal()) is not None:
        raise SecretNotFoundError("what it refers to is no web address (not shown)", "http:// or https://")
    return secret


def find_database_url(ref: SecretRef, folder: Path, environ: Mapping[str, str]) -> Secret:
    """Return a secret that is the address of a PostgreSQL database."""
    secret = find_secret(ref, folder, environ)
    if not secret.reveal().startswith("postgresql+psycopg://"):
        expected = "postgresql+psycopg://user:password@host/database"
        raise SecretNotFoundError("what it refers to is no database address (not shown)", expected)
    return secret
