"""/consent: who may answer, what is recorded, and that a button outlives the bot."""

from __future__ import annotations

from sqlalchemy import update

from bot import words
from bot.client import LikenessClient
from db.tables import ConsentRow
from studio import subjects
from studio.house import Studio
from tests.bot.conftest import Server


async def test_a_subject_says_yes_by_ticking_and_pressing_and_a_moderator_confirms(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    assert shown.ephemeral
    assert shown.response.embeds[0].description is not None
    assert "Only you can say yes" in shown.response.embeds[0].description
    await server.radke.select(shown.response, ["train", "generate"])
    await server.radke.click(shown.response, label=words.YES_BUTTON)
    assert "You said yes as **radke** to: train, generate" in shown.response.content
    assert subjects.subject(server.studio, "radke").consent == "given"

    confirmed = await server.mo.slash(server.channel, "consent verify", subject="radke")

    assert "consent is confirmed by mo" in confirmed.response.content
    assert not confirmed.ephemeral
    assert subjects.subject(server.studio, "radke").consent == "active"


async def test_nothing_is_ticked_beforehand_and_only_what_is_ticked_is_agreed_to(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    select, yes, _ = [part for row in shown.response.components for part in row["components"]]
    assert not any(option.get("default") for option in select["options"])
    assert yes["disabled"]

    await server.radke.select(shown.response, ["generate"])
    await server.radke.click(shown.response, label=words.YES_BUTTON)

    assert subjects.subject(server.studio, "radke").purposes == ("generate",)


async def test_a_member_is_asked_by_mention_and_answers_by_their_own_button(server: Server) -> None:
    done = await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    question = server.said
    assert done.ephemeral
    assert question.content.startswith(server.radke.mention)
    (sent,) = [request for request in server.env.http_requests if request.path.endswith("/messages")]
    assert sent.json["allowed_mentions"] == {"parse": [], "users": [server.radke.id]}
    assert subjects.subject(server.studio, "radke").consent == "asked"

    notice = await server.radke.click(question, label=words.ANSWER_BUTTON)
    assert notice.ephemeral
    await server.radke.select(notice.response, ["train"])
    await server.radke.click(notice.response, label=words.YES_BUTTON)

    view = subjects.subject(server.studio, "radke")
    assert (view.consent, view.purposes, view.owner) == ("given", ("train",), "radke")


async def test_nobody_else_can_answer_a_question(server: Server) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")

    for somebody in (server.eve, server.anna, server.mo):
        pressed = await somebody.click(server.said, label=words.ANSWER_BUTTON)
        assert pressed.response.content == words.not_asked_of_you("radke")
        assert not pressed.response.components

    assert subjects.subject(server.studio, "radke").consent == "asked"


async def test_a_no_is_recorded_where_somebody_had_asked(server: Server) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    notice = await server.radke.click(server.said, label=words.ANSWER_BUTTON)
    await server.radke.click(notice.response, label=words.NO_BUTTON)

    assert notice.response.content == words.SAID_NO
    assert subjects.subject(server.studio, "radke").consent == "refused"


async def test_a_no_to_ones_own_question_leaves_no_consent(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    await server.radke.click(shown.response, label=words.NO_BUTTON)

    assert shown.response.content == words.NOTHING_RECORDED
    assert subjects.subject(server.studio, "radke").consent is None


async def test_a_name_that_is_somebody_else_cannot_be_answered_for(server: Server) -> None:
    server.consent()

    given = await server.eve.slash(server.channel, "consent give", subject="radke")
    asked = await server.anna.slash(server.channel, "consent ask", member=server.eve, subject="radke")
    withdrawn = await server.eve.slash(server.channel, "consent withdraw", subject="Radke")

    assert given.response.content == words.whose_else("radke")
    assert asked.response.content == words.not_theirs("radke", "eve")
    assert withdrawn.response.content == words.not_asked_of_you("radke")
    assert subjects.subject(server.studio, "radke").consent == "active"


async def test_neither_a_member_nor_the_subject_nor_the_asker_confirms_a_yes(server: Server) -> None:
    await server.mo.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    notice = await server.radke.click(server.said, label=words.ANSWER_BUTTON)
    await server.radke.select(notice.response, ["train"])
    await server.radke.click(notice.response, label=words.YES_BUTTON)

    for somebody, reason in ((server.eve, "Only a moderator"), (server.mo, "asked for this consent")):
        refused = await somebody.slash(server.channel, "consent verify", subject="radke")
        assert reason in refused.response.content

    assert subjects.subject(server.studio, "radke").consent == "given"


async def test_the_notice_never_shows_a_date_that_has_passed(server: Server) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    with server.studio.sessions.begin() as session:
        session.execute(update(ConsentRow).values(expires_at=server.studio.clock()))

    notice = await server.radke.click(server.said, label=words.ANSWER_BUTTON)

    assert words.until(None) in notice.response.embeds[0].fields[0].value


async def test_a_withdrawal_is_one_button_and_says_what_was_erased(server: Server) -> None:
    await server.trained()
    offered = await server.radke.slash(server.channel, "consent withdraw", subject="radke")
    assert "6 photos" in offered.response.content

    await server.radke.click(offered.response, label=words.ERASE_BUTTON)

    assert "Erased: photos 6, learnt files 1, pictures 0, and the key" in offered.response.content
    assert offered.response.components == []
    view = subjects.subject(server.studio, "radke")
    assert (view.consent, view.photos, view.trained_at) == ("withdrawn", 0, None)


async def test_buttons_work_after_a_restart_of_the_bot(server: Server, studio: Studio) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    question = server.said
    notice = await server.radke.click(question, label=words.ANSWER_BUTTON)

    await server.env.restart_bot(LikenessClient(studio))

    await server.radke.select(notice.response, ["train"])
    await server.radke.click(notice.response, label=words.YES_BUTTON)
    assert subjects.subject(server.studio, "radke").consent == "given"


async def test_only_names_one_may_do_something_with_are_suggested(server: Server) -> None:
    server.consent()
    await server.eve.slash(server.channel, "consent give", subject="eve")

    async def names(member: object, command: str, typed: str = "") -> list[str]:
        offered = await member.autocomplete(server.channel, command, "subject", typed)  # type: ignore[attr-defined]
        return [choice["value"] for choice in offered]

    assert await names(server.radke, "consent withdraw") == ["radke"]
    assert await names(server.eve, "consent withdraw") == []
    assert await names(server.anna, "consent verify") == []
    assert await names(server.anna, "train") == ["radke"]
    assert await names(server.anna, "train", "x") == []


async def test_a_bot_is_not_asked(server: Server) -> None:
    robot = server.channel.guild.add_member(server.env.create_user("robot", bot=True))
    refused = await server.anna.slash(server.channel, "consent ask", member=robot, subject="robot")
    assert refused.response.content == words.no_bots()
