"""What people do with a scope's forms, for the tests of consent."""

from __future__ import annotations

from typing import Any

from simcord.results import InteractionResult

from bot.words import consent as say
from tests.bot.conftest import Server


async def fill(member: Any, shown: InteractionResult, kind: str, **values: Any) -> InteractionResult:
    """Open one of the four forms under a scope, and hand it in."""
    form = await member.click(shown.response, label=say.FILL[kind])
    assert form.modal is not None, form.response and form.response.content
    return await member.submit_modal(form, values)  # type: ignore[no-any-return]


async def agree(member: Any, shown: InteractionResult, act: str = "give") -> None:
    """Press the yes under a scope."""
    await member.click(shown.response, label=say.AGREE[act])


async def say_yes(server: Server, member: Any, shown: InteractionResult, *purposes: str) -> None:
    """Tick these purposes, and say yes."""
    await fill(member, shown, "what", purposes=list(purposes))
    await agree(member, shown)
