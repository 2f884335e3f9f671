"""Failures: a sentence for people, an id for the log, and nothing that says “thinking” for ever."""

from __future__ import annotations

import re

import pytest

from bot import answers, consent, imagine, words
from bot.words import consent as say
from studio import grants
from tests.bot.conftest import Server
from tests.bot.consent_stage import fill


async def test_what_is_our_fault_is_said_with_an_id_that_stands_in_the_log(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(imagine, "ask_images", breaks)
    asked = await server.anna.slash(server.channel, "imagine", prompt="a bench")

    said = asked.response.content
    assert said.startswith("Something went wrong on our side; nothing was kept.")
    assert "secret detail" not in said
    reference = re.fullmatch(r".*tell a moderator: ([0-9a-f]{6})", said)
    assert reference is not None
    assert any(reference[1] in record.getMessage() and record.exc_info for record in caplog.records)


async def test_a_button_that_fails_says_so_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    await fill(server.radke, shown, "what", purposes=["train"])
    monkeypatch.setattr(grants, "give", breaks)
    pressed = await server.radke.click(shown.response, label=say.AGREE["give"])

    assert pressed.followups[0].content.startswith("Something went wrong on our side")
    assert shown.response.components, "what was filled in stays, to be tried again"


async def test_a_refused_permission_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    asked = await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    assert asked.response.content == words.may_not_write()


async def test_a_command_is_acknowledged_before_anything_else_is_done(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = consent.actor_of

    async def looking(interaction: object) -> object:
        seen.append(interaction.response.is_done())  # type: ignore[attr-defined]
        return await real(interaction)  # type: ignore[arg-type]

    for module in (consent, imagine, answers):
        monkeypatch.setattr(module, "actor_of", looking)
    await server.anna.slash(server.channel, "imagine", prompt="a bench")
    await server.radke.slash(server.channel, "consent give", subject="radke")
    await server.mo.slash(server.channel, "consent verify", subject="radke")

    assert seen == [True, True, True]
