"""Where the object graph is built: `open_studio(settings)` joins database, vault, queue and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from consent.people import Actor
from db import ledger, migrate
from db.engine import open_engine, readers, sessions
from db.master_key import master_key
from db.queue import Queue
from db.tables import SubjectRow
from db.vault import Vault
from studio.errors import HomeUnusable
from studio.settings import Settings


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Studio:
    """An open studio. Everything that can be asked of it is a function that takes it first."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]  # for what may write
    readers: sessionmaker[Session]  # for what only looks, and waits for no writer
    vault: Vault
    queue: Queue
    clock: Callable[[], datetime] = _now

    def record(
        self,
        session: Session,
        kind: str,
        actor: Actor | None,
        subject: UUID | None = None,
        ref: str | None = None,
        /,
        **details: Any,
    ) -> None:
        """Append an event to the ledger, in the same transaction as the change it tells of."""
        ledger.append(
            session,
            kind,
            actor=actor.party if actor else None,
            subject=subject,
            ref=ref,
            at=self.clock(),
            details=details,
        )

    def record_each(
        self,
        session: Session,
        kind: str,
        actor: Actor | None,
        subjects: Iterable[SubjectRow],
        ref: str,
        /,
        **details: Any,
    ) -> None:
        """Append an event for each subject of a job, or one that names none: a picture can be of nobody."""
        named: list[UUID | None] = [subject.id for subject in subjects]
        for subject in named or [None]:
            self.record(session, kind, actor, subject, ref, **details)

    def close(self) -> None:
        """Let go of the database."""
        self.queue.close()
        self.engine.dispose()


def open_studio(settings: Settings, *, clock: Callable[[], datetime] = _now) -> Studio:
    """Open the studio of these settings; a database that does not exist yet is made.

    Raises HomeUnusable when the data folder cannot be written, and what `db.migrate.check` raises when the
    database belongs to another version of Likeness.
    """
    home = settings.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise HomeUnusable(
            f"The data folder {home} cannot be used ({error.strerror or error}). "
            "Choose another with LIKENESS_HOME or --data, or make it writable."
        ) from error
    if migrate.current(settings.database_url) is None:
        migrate.upgrade(settings.database_url)
    migrate.check(settings.database_url)
    key = master_key(settings.master_key, home)
    engine = open_engine(settings.database_url)
    return Studio(
        settings=settings,
        engine=engine,
        sessions=sessions(engine),
        readers=readers(engine),
        vault=Vault(home / "vault", key),
        queue=Queue(settings.database_url),
        clock=clock,
    )
