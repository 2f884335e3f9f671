"""/consent: who may answer, what is recorded, and that buttons and forms outlive the bot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simcord.results import InteractionResult
from sqlalchemy import select, update

from bot import consent, words
from bot.client import LikenessClient
from bot.scope import ScopeView
from bot.words import consent as say
from consent import notice as notices
from consent.people import Actor
from consent.scope import months_later
from db.tables import ConsentRow
from studio import drafts, grants, subjects
from studio.house import Studio
from tests.bot.conftest import Server
from tests.bot.consent_stage import agree, fill, say_yes
from tests.bot.pictures_stage import learnt


async def test_a_subject_says_yes_by_ticking_and_pressing_and_a_moderator_confirms(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    assert shown.ephemeral
    assert shown.response.embeds[0].description is not None
    assert "Only you can say yes" in shown.response.embeds[0].description
    await say_yes(server, server.radke, shown, "train", "generate")
    assert "You said yes as **radke** to: train, generate" in shown.response.content
    assert subjects.subject(server.studio, "radke").consent == "given"

    confirmed = await server.mo.slash(server.channel, "consent verify", subject="radke")

    assert "consent is confirmed by mo" in confirmed.response.content
    assert not confirmed.ephemeral
    assert subjects.subject(server.studio, "radke").consent == "active"


async def test_nothing_is_ticked_beforehand_and_only_what_is_ticked_is_agreed_to(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    yes = next(button for button in _buttons(shown) if button["label"] == say.AGREE["give"])
    assert yes["disabled"]
    for kind in say.FILL:
        form = await server.radke.click(shown.response, label=say.FILL[kind])
        for label in form.modal["components"]:
            field = label["component"]
            assert not any(option.get("default") for option in field.get("options", ()))
            assert not field.get("default_values")
            assert not field.get("value")

    await say_yes(server, server.radke, shown, "generate")

    assert subjects.subject(server.studio, "radke").purposes == ("generate",)


async def test_the_notice_is_shown_with_its_digest_and_the_yes_keeps_both(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    embed = shown.response.embeds[0]
    assert embed.description == notices.notice().text
    assert embed.footer.text == f"Notice {notices.NOTICE_VERSION} · SHA-256 {notices.NOTICE_SHA256}"

    await say_yes(server, server.radke, shown, "train")

    with server.studio.readers() as session:
        row = session.scalars(select(ConsentRow)).one()
        assert (row.notice_version, row.notice_sha256) == (notices.NOTICE_VERSION, notices.NOTICE_SHA256)


async def test_whoever_is_particular_fills_in_who_where_how_and_how_long(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    await fill(
        server.radke, shown, "who", askers="people", people=[server.anna], places=[server.channel],
        blocked=[server.eve],
    )  # fmt: skip
    await fill(
        server.radke, shown, "how", realism="stylised", company="alone", review="ask_me_first",
        own_words="clown,  my ex wife",
    )  # fmt: skip
    await fill(
        server.radke, shown, "limits", forbidden=["alcohol", "politics"], daily_limit="3", months="6",
        keep_photos_days="30",
    )  # fmt: skip
    await fill(server.radke, shown, "what", purposes=["train", "generate"])
    said = shown.response.embeds[0].fields[0].value
    assert f"Only in <#{server.channel.id}>." in said
    assert "You and anna may ask for pictures." in said

    await agree(server.radke, shown)

    consent = grants.consents(server.studio, "radke")[-1]
    anna, eve = server.party(server.anna).party, server.party(server.eve).party
    assert consent.limits == {
        "askers": "people", "people": [str(anna)], "blocked": [str(eve)],
        "places": [f"discord:{server.channel.id}"], "realism": "stylised", "company": "alone",
        "review": "ask_me_first", "own_words": ["clown", "my ex wife"], "forbidden": ["alcohol", "politics"],
        "daily_limit": 3, "keep_photos_days": 30,
    }  # fmt: skip
    assert consent.expires_at.date() == months_later(server.studio.clock(), 6).date()


async def test_what_makes_no_sense_is_said_and_nothing_that_was_filled_in_is_lost(server: Server) -> None:
    shown = await server.radke.slash(server.channel, "consent give", subject="radke")
    await fill(server.radke, shown, "what", purposes=["train"])

    said = await fill(server.radke, shown, "limits", daily_limit="many")

    assert said.followups[0].content == say.NOT_A_NUMBER
    assert said.followups[0].ephemeral
    await agree(server.radke, shown)
    assert subjects.subject(server.studio, "radke").purposes == ("train",)


async def test_a_yes_is_to_what_was_read_and_to_nothing_else(server: Server) -> None:
    one = await server.radke.slash(server.channel, "consent give", subject="radke")
    await fill(server.radke, one, "what", purposes=["train"])
    drafts.change(server.studio, server.party(server.radke), "radke", {"purposes": ["train", "gallery"]})

    pressed = await server.radke.click(one.response, label=say.AGREE["give"])

    assert "changed meanwhile" in pressed.followups[0].content
    assert subjects.subject(server.studio, "radke").consent is None


async def test_less_holds_at_once_and_more_takes_a_yes_under_the_notice(server: Server) -> None:
    server.consent()
    shown = await server.radke.slash(server.channel, "consent narrow", subject="radke")
    await fill(server.radke, shown, "how", review="ask_me_first")
    await agree(server.radke, shown, "narrow")
    assert grants.consents(server.studio, "radke")[-1].limits == {"review": "ask_me_first"}

    shown = await server.radke.slash(server.channel, "consent widen", subject="radke")
    assert shown.response.embeds[0].description == notices.notice().text
    await fill(server.radke, shown, "what", purposes=["train", "generate", "gallery"])
    await agree(server.radke, shown, "widen")

    newest = grants.consents(server.studio, "radke")[-1]
    assert (newest.version, newest.purposes) == (3, ("train", "generate", "gallery"))
    assert server.events()[-2:] == ["consent.narrowed", "consent.widened"]


async def test_leaving_it_changes_nothing(server: Server) -> None:
    server.consent()
    shown = await server.radke.slash(server.channel, "consent narrow", subject="radke")
    await fill(server.radke, shown, "what", purposes=["train"])
    await server.radke.click(shown.response, label=say.LEAVE_BUTTON)

    assert shown.response.content == say.LEFT
    assert subjects.subject(server.studio, "radke").purposes == ("train", "generate")


async def test_a_pause_and_its_end(server: Server) -> None:
    server.consent()
    paused = await server.mo.slash(server.channel, "consent pause", subject="radke")
    assert "rests" in paused.response.content
    not_hers = await server.radke.slash(server.channel, "consent resume", subject="radke")
    assert "A moderator paused this" in not_hers.response.content
    refused = await server.eve.slash(server.channel, "consent resume", subject="radke")
    assert "by the person it is about or by a moderator" in refused.response.content

    resumed = await server.mo.slash(server.channel, "consent resume", subject="radke")

    assert "holds again" in resumed.response.content
    assert subjects.subject(server.studio, "radke").consent == "active"


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
    await say_yes(server, server.radke, notice, "train")

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
    await say_yes(server, server.radke, notice, "train")

    for somebody, reason in ((server.eve, "Only a moderator"), (server.mo, "asked for this consent")):
        refused = await somebody.slash(server.channel, "consent verify", subject="radke")
        assert reason in refused.response.content

    assert subjects.subject(server.studio, "radke").consent == "given"


async def test_the_notice_never_shows_a_date_that_has_passed(server: Server) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    with server.studio.sessions.begin() as session:
        session.execute(update(ConsentRow).values(expires_at=server.studio.clock()))

    notice = await server.radke.click(server.said, label=words.ANSWER_BUTTON)

    assert _a_year_from_now(server) in notice.response.embeds[0].fields[1].value


async def test_buttons_and_forms_work_after_a_restart_of_the_bot(server: Server, studio: Studio) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    notice = await server.radke.click(server.said, label=words.ANSWER_BUTTON)
    form = await server.radke.click(notice.response, label=say.FILL["what"])

    await server.env.restart_bot(LikenessClient(studio))

    await server.radke.submit_modal(form, {"purposes": ["train"]})
    await server.env.restart_bot(LikenessClient(studio))
    await agree(server.radke, notice)
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


async def test_who_is_not_let_train_does_not_learn_a_name_by_typing_its_first_letter(server: Server) -> None:
    learnt(server, blocked=[str(server.party(server.eve).party)])

    for member, expected in ((server.anna, ["radke"]), (server.radke, ["radke"]), (server.eve, [])):
        offered = await member.autocomplete(server.channel, "train", "subject", "r")
        assert [choice["value"] for choice in offered] == expected
    told = await server.eve.slash(server.channel, "consent pause", subject="r")
    assert "radke" not in told.response.content
    told = await server.eve.slash(server.channel, "imagine", prompt="<lora:r:1> on a bench")
    assert "radke" not in told.response.content


async def test_a_bot_is_not_asked(server: Server) -> None:
    robot = server.channel.guild.add_member(server.env.create_user("robot", bot=True))
    refused = await server.anna.slash(server.channel, "consent ask", member=robot, subject="robot")
    assert refused.response.content == words.no_bots()


def _buttons(shown: InteractionResult) -> list[dict[str, Any]]:
    return [part for row in shown.response.components for part in row["components"]]


def _a_year_from_now(server: Server) -> str:
    until = words.until(months_later(server.studio.clock(), 12))
    return until.split(":")[0]


REFUSED = {
    "give": "somebody else here, and only they can answer for it",
    "refuse": "by the person it is about and by nobody else",
    "narrow": "Only radke can answer this",
    "widen": "Only radke can answer this",
    "pause": "by the person it is about or by a moderator",
    "resume": "by the person it is about or by a moderator",
    "verify": "Only a moderator can do that",
    "withdraw": "Only radke can answer this",
    "challenge": "Only radke or a moderator asks for that",
    "receipt": "radke",
    "data": "radke",
    "mine": "Only radke sees the pictures of radke here",
}
"""Every act on a consent, and why it is not a stranger's."""


async def test_every_act_is_refused_to_a_stranger_and_to_whoever_asked(server: Server) -> None:
    server.consent()
    before = server.rows(), server.events()
    for somebody in (server.eve, server.anna):
        for act, reason in REFUSED.items():
            refused = await somebody.slash(server.channel, f"consent {act}", subject="radke")
            assert reason in refused.response.content, act
            assert refused.response.attachments == [], act
            assert refused.response.components == [], act
    assert (server.rows(), server.events()) == before
    acts = {command.name for command in consent.commands.commands}
    assert acts == {*REFUSED, "ask", "never"}, "asking is anybody's, and never is about oneself"


async def test_the_forms_and_the_yes_of_somebody_else_open_and_bind_nothing(server: Server) -> None:
    draft = drafts.begin(server.studio, _added(server), "radke")
    channel = server.env.bot.get_partial_messageable(server.channel.id)
    await channel.send("forged", view=ScopeView(replace(draft, purposes=("train",))))
    forged = server.said
    for somebody in (server.eve, server.mo):
        opened = await somebody.click(forged, label=say.FILL["what"])
        assert opened.modal is None
        assert "Only radke says what radke agrees to" in opened.response.content
        for label in (say.AGREE["give"], words.NO_BUTTON):
            pressed = await somebody.click(forged, label=label)
            assert "Only radke says what radke agrees to" in pressed.followups[0].content
    assert subjects.subject(server.studio, "radke").consent is None


def _added(server: Server) -> Actor:
    radke = server.party(server.radke)
    subjects.add_subject(server.studio, radke, "radke", owner=radke)
    return radke
