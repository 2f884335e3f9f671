"""Many at once: whoever looks at nothing yet is acknowledged before anything is worked out for the others.

An acknowledgement costs a millisecond, a wish a hundred: looks at the database, the gate, a queue. Fifty commands in
one moment would otherwise each wait for the work of those before them, and Discord gives three seconds. So work holds
still at its next step, and at its next look into the database (`db.engine.give_way`), while an acknowledgement is on
its way: with the looks half of fifty wait 27 ms, with the steps alone 47 (benchmarks/RESULTS.md).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

LONGEST = 0.3  # seconds a step waits for others' acknowledgements; an endless rush must not starve it
AT_WORK = 2  # threads that work wishes out; more of them stand between Discord and its answer
NAMES = 2  # threads that look up addresses

_T = TypeVar("_T")


class Rush:
    """The acknowledgements of one client that are on their way."""

    def __init__(self) -> None:
        self._under_way = 0
        self._over = asyncio.Event()
        self.calm = threading.Event()
        self._over.set()
        self.calm.set()

    @asynccontextmanager
    async def acknowledging(self) -> AsyncIterator[None]:
        """Around a first answer."""
        self._under_way += 1
        self._over.clear()
        self.calm.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._over.set()
                self.calm.set()

    def wait(self) -> None:
        """For threads: hold still while an acknowledgement is on its way."""
        self.calm.wait(LONGEST)

    async def over(self) -> None:
        """Wait until nobody looks at nothing any more."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), LONGEST)


class Workers(ThreadPoolExecutor):
    """Where `asyncio.to_thread` works wishes out, a step at a time, each when it is calm."""

    def __init__(self, rush: Rush) -> None:
        super().__init__(AT_WORK)
        self._rush = rush
        self._names = ThreadPoolExecutor(NAMES)

    def submit(self, call: Callable[..., _T], /, *args: Any, **kwargs: Any) -> Future[_T]:
        """Begin a step. Looking up Discord's address is part of an acknowledgement and waits for nothing."""
        if call is socket.getaddrinfo:
            return self._names.submit(call, *args, **kwargs)

        def when_calm() -> _T:
            self._rush.wait()
            return call(*args, **kwargs)

        return super().submit(when_calm)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End both kinds of threads."""
        self._names.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)
