"""The live challenge: told to the subject alone, seen by one other moderator, and gone at the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from bot import challenge, words
from bot.challenge import HandIn, under
from bot.words import challenge as say
from studio import grants, parties, subjects
from tests.bot.conftest import Server, png
from tests.bot.test_withdrawal import moderators_channel


def _given(server: Server) -> None:
    radke = server.party(server.radke)
    subjects.add_subject(server.studio, radke, "radke", owner=radke)
    grants.give(server.studio, radke, "radke", ["train", "generate", "gallery"])


async def _handed_in(server: Server) -> Any:
    """Mo asks, Radke shows themself; returns the message that wants a moderator."""
    _given(server)
    await server.mo.slash(server.channel, "consent challenge", subject="radke")
    shown = await server.radke.click(server.said, label=say.SHOW)
    assert shown.ephemeral
    form = await server.radke.click(shown.response, label=say.ANSWER)
    handed = await server.radke.submit_modal(form, {"picture": ("me.png", png())})
    assert shown.response.content == say.HANDED_IN, handed.followups and handed.followups[0].content
    return server.said


def _selfies(server: Server) -> int:
    return sum(path.suffix == ".selfie" for path in server.files())


async def test_words_and_pose_are_told_to_the_subject_alone(server: Server) -> None:
    _given(server)
    await server.mo.slash(server.channel, "consent challenge", subject="radke")
    assert server.said.content.startswith(f"<@{server.radke.id}>")
    assert "sheet of paper" not in server.said.content
    for somebody in (server.anna, server.mo):
        refused = await somebody.click(server.said, label=say.SHOW)
        assert refused.response.content == words.not_asked_of_you("radke")
    shown = await server.radke.click(server.said, label=say.SHOW)
    assert "on a sheet of paper" in shown.response.content


async def test_another_moderator_sees_it_once_and_the_picture_goes_with_the_verdict(server: Server) -> None:
    question = await _handed_in(server)
    assert _selfies(server) == 1
    assert sum(len(message.attachments) for message in server.channel.history()) == 0
    for somebody, reason in ((server.eve, "Only a moderator"), (server.radke, "Only a moderator")):
        refused = await somebody.click(question, label=say.LOOK)
        assert reason in refused.response.content
        assert refused.response.attachments == []

    looked = await server.mo.click(question, label=say.LOOK)
    assert looked.ephemeral
    assert len(looked.response.attachments) == 1
    await server.mo.click(looked.response, label=say.PASSED)

    assert looked.response.attachments == []
    assert _selfies(server) == 0
    consent = grants.consents(server.studio, "radke")[-1]
    assert (consent.state, consent.evidence, consent.verified_by) == ("active", "live", "mo")
    assert server.said.content == say.passed_in_public(consent)
    assert "moderator.looked" in server.events()


async def test_who_asked_for_the_consent_does_not_judge(server: Server) -> None:
    mo = server.party(server.mo, is_moderator=True)
    subjects.add_subject(server.studio, mo, "radke", owner=server.party(server.radke))
    grants.ask(server.studio, mo, "radke")
    grants.give(server.studio, server.party(server.radke), "radke", ["train"])
    shown = await server.radke.slash(server.channel, "consent challenge", subject="radke")
    form = await server.radke.click(shown.response, label=say.ANSWER)
    await server.radke.submit_modal(form, {"picture": ("me.png", png())})

    refused = await server.mo.click(server.said, label=say.LOOK)

    assert "You had a hand in radke's consent" in refused.response.content
    assert refused.response.attachments == []
    assert subjects.subject(server.studio, "radke").consent == "given"


async def test_a_failed_one_leaves_no_picture_and_no_consent(server: Server) -> None:
    question = await _handed_in(server)
    looked = await server.mo.click(question, label=say.LOOK)
    await server.mo.click(looked.response, label=say.FAILED)
    assert looked.response.content == say.FAILED_SAYS
    assert _selfies(server) == 0
    assert subjects.subject(server.studio, "radke").consent == "given"
    late = await server.mo.click(question, label=say.LOOK)
    assert "There is no challenge" in late.response.content


async def test_nobody_hands_in_a_picture_for_somebody_else(server: Server) -> None:
    _given(server)
    shown = await server.radke.slash(server.channel, "consent challenge", subject="radke")
    assert shown.ephemeral
    channel = server.env.bot.get_partial_messageable(server.channel.id)
    await channel.send("forged", view=under(HandIn("radke")))
    form = await server.eve.click(server.said, label=say.ANSWER)
    refused = await server.eve.submit_modal(form, {"picture": ("me.png", png())})
    assert "Only radke shows themself" in refused.followups[0].content
    assert _selfies(server) == 0


async def test_a_picture_that_was_handed_in_is_kept_though_the_moderators_channel_was_deleted(server: Server) -> None:
    moderators = moderators_channel(server)
    server.env.backend.delete_channel(moderators.id)
    question = await _handed_in(server)
    assert _selfies(server) == 1
    assert question.content == say.answered("radke"), "then it is asked where it was handed in"


async def test_where_no_moderator_can_be_told_the_person_reads_that_their_picture_is_kept(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    _given(server)
    shown = await server.radke.slash(server.channel, "consent challenge", subject="radke")
    form = await server.radke.click(shown.response, label=say.ANSWER)

    async def closed(*_: object) -> bool:
        return False

    monkeypatch.setattr(challenge, "_wanted", closed)
    await server.radke.submit_modal(form, {"picture": ("me.png", png())})
    assert shown.response.content == say.NOBODY_TOLD
    assert _selfies(server) == 1


async def test_whoever_has_no_account_here_is_not_asked_and_no_challenge_is_drawn(server: Server) -> None:
    ada = parties.actor(server.studio, "terminal", "ada", "ada")
    subjects.add_subject(server.studio, ada, "ada", owner=ada)
    grants.give(server.studio, ada, "ada", ["train"])
    refused = await server.mo.slash(server.channel, "consent challenge", subject="ada")
    assert "has no account in Discord" in refused.response.content
    assert "challenge.issued" not in server.events()
