"""What the disk says, in our words, and how a rename is made to last."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db import errors

_KINDS: dict[int, type[errors.VaultError]] = {
    errno.ENOSPC: errors.VaultFull, errno.EDQUOT: errors.VaultFull, errno.EFBIG: errors.VaultFull,
    errno.EROFS: errors.VaultReadOnly, errno.EACCES: errors.VaultReadOnly,
    errno.EPERM: errors.VaultReadOnly, errno.ENOENT: errors.FileMissing,
}


@contextmanager
def named() -> Iterator[None]:
    """An OSError comes out as VaultFull, VaultReadOnly or FileMissing; one of another kind passes as it is."""
    try:
        yield
    except OSError as error:
        kind = _KINDS.get(error.errno or 0)
        if kind is None:
            raise
        raise kind(errors.say(kind, error.strerror or "")) from error


def sync_folder(folder: Path) -> None:
    """A rename is on the disk only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
