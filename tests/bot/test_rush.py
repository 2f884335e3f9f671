"""Many at once: those who look at nothing come before the work for the others."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

import pytest

from bot import rush
from bot.rush import Rush, Workers


async def test_work_waits_until_everybody_has_been_acknowledged() -> None:
    crowd, told = Rush(), []
    everybody_is_here = asyncio.Event()

    async def member(number: int) -> None:
        async with crowd.acknowledging():
            await everybody_is_here.wait()
            told.append(f"acknowledged {number}")
        await crowd.over()
        told.append(f"worked out {number}")

    members = [asyncio.create_task(member(number)) for number in range(5)]
    await asyncio.sleep(0)
    everybody_is_here.set()
    await asyncio.gather(*members)

    assert [line.split()[0] for line in told] == ["acknowledged"] * 5 + ["worked"] * 5


async def test_one_alone_waits_for_nobody() -> None:
    crowd = Rush()
    async with crowd.acknowledging():
        pass
    await asyncio.wait_for(crowd.over(), rush.LONGEST / 2)


async def test_an_acknowledgement_that_never_ends_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rush, "LONGEST", 0.01)
    crowd = Rush()
    async with crowd.acknowledging():
        await crowd.over()


async def test_an_acknowledgement_that_failed_is_not_waited_for() -> None:
    crowd = Rush()
    with suppress(OSError):
        async with crowd.acknowledging():
            raise OSError
    await asyncio.wait_for(crowd.over(), rush.LONGEST / 2)


async def test_a_step_of_somebody_s_wish_holds_still_while_another_is_acknowledged() -> None:
    crowd, told = Rush(), []
    with Workers(crowd) as workers:
        async with crowd.acknowledging():
            step = workers.submit(told.append, "worked out")
            told.append("acknowledged")
        step.result(rush.LONGEST)
    assert told == ["acknowledged", "worked out"]


async def test_an_address_is_looked_up_in_the_middle_of_a_rush() -> None:
    crowd = Rush()
    with Workers(crowd) as workers:
        async with crowd.acknowledging():
            for _ in range(4):
                workers.submit(print)
            found = workers.submit(socket.getaddrinfo, "127.0.0.1", 80)
            assert found.result(rush.LONGEST / 2)
