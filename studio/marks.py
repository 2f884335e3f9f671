"""The marks every picture leaves with: what made it, under which consent, and where the ledger stood then.

They are put in once, when the picture is stored, so that no door can forget them; what is handed over is the file as
it was marked, byte for byte. A picture goes where no erasure reaches, so the marks hold random numbers and a hash:
no name, no account, no prompt.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import ledger
from db.tables import KeyRow, OutputAdapterRow, OutputRow
from db.vault import STUDIO
from generation.authority import Identity, new_identity
from generation.provenance import Marks, add_xmp, can_sign, read_marks, sign
from studio.house import Studio

FOLDER = "identity"
IDENTITY = "0000000000000001.identity"
"""What pictures are signed with, encrypted like everything else and in a folder of its own: made once, with the
first picture."""


def mark(studio: Studio, session: Session, png: bytes, output: UUID, consents: Sequence[UUID]) -> bytes:
    """The picture with its marks, in the transaction that stores it: XMP, then C2PA where the package is there."""
    marked = add_xmp(png, _system(studio))
    if not can_sign():
        return marked
    identity = _identity(studio, session) or _make_identity(studio, session)
    return sign(marked, identity.chain, identity.key, _system(studio), _statement(session, output, consents))


def mark_in_passing(studio: Studio, png: bytes) -> bytes:
    """A look at a picture that is still being drawn, with what says that a computer drew it."""
    return add_xmp(png, _system(studio))


def renew(studio: Studio, job_id: str, png: bytes) -> bytes:
    """A picture of ours that a door had to save anew, to enlarge it: signed again, which its XMP survived."""
    with studio.readers() as session:
        output = session.scalar(select(OutputRow.id).filter_by(job_id=job_id))
        identity = _identity(studio, session)
        if output is None or identity is None or not can_sign():
            return png
        consents = session.scalars(select(OutputAdapterRow.consent_id).filter_by(output_id=output)).all()
        statement = _statement(session, output, consents)
    return sign(png, identity.chain, identity.key, _system(studio), statement)


def read(studio: Studio, data: bytes) -> Marks:
    """The marks in a file; its credential is `ours` when this studio signed it and nothing was changed since."""
    with studio.readers() as session:
        identity = _identity(studio, session)
    return read_marks(data, identity.authority if identity else None)


def _identity(studio: Studio, session: Session) -> Identity | None:
    vault = studio.vault.at(studio.settings.home / FOLDER)
    file = vault.file_of(STUDIO, IDENTITY)
    if not vault.has(file):
        return None
    kept = json.loads(vault.read(session, STUDIO, file))
    return Identity(kept["chain"].encode(), kept["key"].encode())


def _make_identity(studio: Studio, session: Session) -> Identity:
    """A new identity; of two runners that draw the first picture at once, one waits for the other's."""
    studio.vault.create_key(session, STUDIO)
    session.execute(select(KeyRow.owner).filter_by(owner=STUDIO).with_for_update()).all()
    identity = _identity(studio, session)
    if identity is None:
        # By the machine's clock and not the studio's: whoever signs with it, and checks it, goes by that.
        identity = new_identity(datetime.now(UTC))
        kept = {"chain": identity.chain.decode(), "key": identity.key.decode()}
        vault = studio.vault.at(studio.settings.home / FOLDER)
        vault.write(session, STUDIO, IDENTITY, json.dumps(kept).encode())
    return identity


def _statement(session: Session, output: UUID, consents: Sequence[UUID]) -> dict[str, Any]:
    head = ledger.head(session)
    return {
        "output": str(output),
        "consents": sorted(str(consent) for consent in consents),
        "ledger": {"seq": head.seq, "hash": head.hash} if head else {},
    }


def _system(studio: Studio) -> str:
    return f"Likeness {_version()} ({_model(studio.settings.base_model)})"


def _model(base_model: str) -> str:
    """A model's name without where it lies, which may name somebody."""
    return PurePath(base_model).name.removesuffix(".safetensors")


def _version() -> str:
    try:
        return version("likeness")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "unknown"
