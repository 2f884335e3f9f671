"""Changing the master key: `likeness vault rotate`.

The old key is where it always was: LIKENESS_MASTER_KEY, or `master.key` in the data folder. The new one is
LIKENESS_NEW_MASTER_KEY, or, for a key in the data folder, one that is made beside it and takes its place at the end.
Killed at any point and run again, it goes on: either no file key is wrapped by the new one yet, or all are.
"""

from __future__ import annotations

from dataclasses import dataclass

from consent.people import Actor
from db import rotation
from db.master_key import NEXT, key_in, master_key, put_next_in_place, read_key
from db.rotation import Rotation
from studio import jobs
from studio.errors import NoNewKey, RunnerAtWork
from studio.house import Studio


@dataclass(frozen=True)
class KeyChange:
    """What a rotation did; `in_place` when nothing is left for the operator to set."""

    rotation: Rotation
    in_place: bool


def rotate(studio: Studio, actor: Actor) -> KeyChange:
    """Wrap every subject's key by the new master key; no file is read or written.

    Raises NoNewKey, RunnerAtWork (a program that holds the old key could read nothing afterwards), MasterKeyInvalid.
    """
    settings, home = studio.settings, studio.settings.home
    at_work = [runner.name for runner in jobs.runners(studio) if runner.alive]
    if at_work:
        raise RunnerAtWork(
            f"{', '.join(at_work)} is at work and holds the old key. Stop the runner and the bot, then ask again."
        )
    in_place = settings.new_master_key is None
    if settings.new_master_key is not None:
        new = read_key(settings.new_master_key, "LIKENESS_NEW_MASTER_KEY")
    elif settings.master_key is not None:
        raise NoNewKey(
            "The master key comes from LIKENESS_MASTER_KEY, so the new one has to come from "
            "LIKENESS_NEW_MASTER_KEY: 32 random bytes in URL-safe base64."
        )
    else:
        new = key_in(home / NEXT)
    old = master_key(settings.master_key, home)
    with studio.sessions.begin() as session:
        done = rotation.rotate(session, old, new)
        if done.rewrapped:
            studio.record(session, "vault.rotated", actor, keys=done.rewrapped)
    if in_place:
        put_next_in_place(home)
    return KeyChange(done, in_place)
