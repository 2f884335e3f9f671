"""Many at once: whoever looks at nothing yet is acknowledged before anything is worked out for the others.

An acknowledgement costs a millisecond or two, a wish a hundred: a look at the database, the gate, a queue. Fifty
commands in one moment would otherwise each wait for the work of those before them, and Discord gives three seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

LONGEST = 1.0  # seconds work waits for others' acknowledgements; an endless rush must not starve it


class Rush:
    """The acknowledgements of one client that are on their way."""

    def __init__(self) -> None:
        self._under_way = 0
        self._over = asyncio.Event()
        self._over.set()

    @asynccontextmanager
    async def acknowledging(self) -> AsyncIterator[None]:
        """Around a first answer."""
        self._under_way += 1
        self._over.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._over.set()

    async def over(self) -> None:
        """Wait until nobody looks at nothing any more."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), LONGEST)
