"""`/subject`: whom somebody may draw and who they are, and not a word of anybody else."""

from __future__ import annotations

from bot.words import subject as say
from studio import subjects
from tests.bot.conftest import Server
from tests.bot.pictures_stage import learnt


async def test_members_learn_of_whom_they_may_draw_and_of_nobody_else(server: Server) -> None:
    learnt(server)
    learnt(server, "secret", askers="only_me")

    listed = await server.anna.slash(server.channel, "subject list")
    assert "radke" in listed.response.content
    assert "secret" not in listed.response.content
    hidden = await server.anna.slash(server.channel, "subject show", subject="secret")
    unknown = await server.anna.slash(server.channel, "subject show", subject="nobody")
    assert hidden.response.content == say.UNKNOWN.format(handle="secret")
    assert unknown.response.content == say.UNKNOWN.format(handle="nobody")
    offered = await server.anna.autocomplete(server.channel, "subject show", "subject", "")
    assert [choice["value"] for choice in offered] == ["radke"]

    own = await server.radke.slash(server.channel, "subject show", subject="secret")
    assert "Only you may ask for pictures." in own.response.content
    moderator = await server.mo.slash(server.channel, "subject list")
    assert "secret" in moderator.response.content


async def test_one_enters_oneself_and_a_character_needs_its_rights(server: Server) -> None:
    added = await server.eve.slash(server.channel, "subject add", name="Eve")
    assert added.response.content == say.added(subjects.subject(server.studio, "eve"))
    taken = await server.anna.slash(server.channel, "subject add", name="eve")
    assert "There is already a subject called eve" in taken.response.content
    drawn = await server.anna.slash(
        server.channel, "subject add", name="robot", character="Drawn by anna, free for all"
    )
    assert "entered as a character" in drawn.response.content
    view = subjects.subject(server.studio, "robot")
    assert (view.kind, view.owner) == ("character", "anna")
