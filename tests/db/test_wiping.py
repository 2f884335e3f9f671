"""What was deleted is in no byte of the database's files any more."""

from __future__ import annotations

import random
from pathlib import Path

from sqlalchemy import text

from db.engine import open_engine, wipe_deleted

NEEDLE = "zeppelin-over-lakehurst"


def test_sqlite_keeps_no_copy_of_a_deleted_row_where_a_page_was_split(tmp_path: Path) -> None:
    """A row that grows moves, and its page is split; secure_delete does not find the bytes that stay behind."""
    chance = random.Random(1)
    engine = open_engine(f"sqlite:///{tmp_path / 'studio.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE words (id INTEGER PRIMARY KEY, body TEXT)"))
        for number in range(3000):
            whose = NEEDLE if chance.random() < 0.5 else "other"
            words = {"id": number, "body": whose + "x" * chance.randrange(10, 400)}
            connection.execute(text("INSERT INTO words VALUES (:id, :body)"), words)
            if chance.random() < 0.1:
                grown = {"id": chance.randrange(number + 1)}
                connection.execute(text("UPDATE words SET body = body || 'zzz' WHERE id = :id"), grown)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM words WHERE body LIKE :needle"), {"needle": f"{NEEDLE}%"})
    wipe_deleted(engine)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT COUNT(*) FROM words")).scalar()
    engine.dispose()
    assert kept
    assert NEEDLE.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
