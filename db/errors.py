"""What memory raises. Every `str()` is a sentence for people that says what to do.

DatabaseError
├── DatabaseUnreachable     nothing answers under the address, or the folder is not there
├── DatabaseReadOnly        it answers, and refuses to be written
├── DatabaseFull            the disk it lies on has no room
├── DatabaseBusy            somebody else held it for longer than anybody should
├── DatabaseDamaged         the file is no database, or no longer a whole one
├── DatabaseNotReady        it was never set up, or stems from an older version
└── DatabaseTooNew          a newer version of the studio has set it up
VaultError
├── VaultFull               the disk has no room for a file
├── VaultReadOnly           the folder cannot be written
├── FileMissing             no such file in the vault
├── FileTampered            a file is not what was written, or not under this name or owner
├── KeyDestroyed            the owner's key is gone, and with it everything that was written under it
└── MasterKeyInvalid        the master key is no key, or not the one the files were written under
QueueError
└── UnknownKind             a kind of job no runner knows
"""

from __future__ import annotations


class DatabaseError(Exception):
    """Something is wrong with the database as a whole."""


class DatabaseUnreachable(DatabaseError):
    """The database cannot be opened: check DATABASE_URL, that the server runs, and that the folder exists."""


class DatabaseReadOnly(DatabaseError):
    """The database cannot be written: give this account write access to its folder, or choose another one."""


class DatabaseFull(DatabaseError):
    """The disk of the database is full: make room and try again; nothing was half written."""


class DatabaseBusy(DatabaseError):
    """The database was held by another program for too long: try again, and look for one that hangs."""


class DatabaseDamaged(DatabaseError):
    """The file is not a database or is damaged: restore it from a backup, or choose another DATABASE_URL."""


class DatabaseNotReady(DatabaseError):
    """The database is not set up for this version: run `likeness db upgrade`."""


class DatabaseTooNew(DatabaseError):
    """The database was set up by a newer version of Likeness: update this one, or change DATABASE_URL."""


class VaultError(Exception):
    """Something is wrong with the encrypted files."""


class VaultFull(VaultError):
    """The disk has no room for this file: make room and try again; nothing was left behind."""


class VaultReadOnly(VaultError):
    """The data folder cannot be written: give this account write access, or change LIKENESS_HOME."""


class FileMissing(VaultError):
    """This file is not in the vault: it was deleted, or data folder and database do not belong together."""


class FileTampered(VaultError):
    """This file is not what was written: it was changed, cut, moved or damaged; restore it from a backup."""


class KeyDestroyed(VaultError):
    """The key of these files does not exist (any more): they were erased for good, or never written."""


class MasterKeyInvalid(VaultError):
    """The master key does not fit: set LIKENESS_MASTER_KEY or master.key as it was when files were stored."""


class QueueError(Exception):
    """Something is wrong with what was asked of the queue."""


class UnknownKind(QueueError):
    """No runner knows this kind of job."""


def say(error: type[Exception], detail: str = "") -> str:
    """The sentence of an error: its docstring, with what in particular it is about."""
    sentence = " ".join((error.__doc__ or error.__name__).split())
    return f"{sentence} ({detail})" if detail else sentence
