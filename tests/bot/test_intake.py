"""Photos and captions before other eyes: gathered in rounds, looked at, decided about, in Discord."""

from __future__ import annotations

import io
from typing import Any

import discord
import pytest
from PIL import Image, ImageFilter
from simcord.results import InteractionResult
from sqlalchemy import select

from bot.client import LikenessClient
from bot.intake_forms import MOST_AT_ONCE
from bot.words import intake as say
from db.tables import CaptionRow
from miniature.people import RADKE
from miniature.world import portrait_session
from studio import approvals, grants, intakes
from studio.house import Studio
from tests.bot.conftest import Server, photos, png
from tests.bot.pictures_stage import custom_ids

READ = [(f"{n}.png", png((n * 9, 80, 200))) for n in range(24)]


async def handed_in(server: Server) -> InteractionResult:
    """Anna has handed in six photos of Radke."""
    server.consent()
    asked = await server.anna.slash(server.channel, "train", subject="radke", **photos(6))
    await until_said(server, "waiting for approval")
    return asked


async def until_said(server: Server, text: str) -> None:
    """Let the bot look until its message says so; a slow database makes it look less often."""
    for _ in range(60):
        await server.look()
        if text in line(server).content:
            return
    raise AssertionError(f"{line(server).content!r} never said {text!r}")


async def looks(server: Server, member: Any) -> InteractionResult:
    """Somebody presses the button under the public line."""
    return await member.click(line(server), label=say.LOOK_AND_DECIDE)


def line(server: Server) -> discord.Message:
    """The message of the training, and not the one that calls its subject."""
    return next(message for message in reversed(public(server)) if not message.content.startswith("<@"))


def public(server: Server) -> list[discord.Message]:
    """What everybody in the channel sees, oldest first."""
    return [message for message in server.channel.history() if not message.flags.ephemeral]


async def round_of(member: Any, form: InteractionResult, some: list[tuple[str, bytes]]) -> InteractionResult:
    """Hand a form of photos in."""
    return await member.submit_modal(form, {"photos": some})


async def forge(member: Any, shown: InteractionResult, custom_id: str) -> InteractionResult:
    """Press a button whose id was written by hand, as a client of one's own can send it."""
    message = member._env.backend.get_message(shown.response.channel_id, shown.response.id)
    message.components = [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": custom_id}]}
    ]
    return await member.click(shown.response, custom_id=custom_id)


async def test_the_channel_reads_numbers_and_sees_no_photo(server: Server) -> None:
    asked = await handed_in(server)

    assert asked.response.content == (
        "Training of **radke** · 6 photos, 6 usable, waiting for approval by radke or a moderator."
    )
    assert line(server).attachments == []
    assert server.job.state == "to_approve"
    assert not server.job.started_at


async def test_the_subject_sees_the_contact_sheet_alone_approves_and_the_training_is_in_line(server: Server) -> None:
    asked = await handed_in(server)

    sheet = await looks(server, server.radke)
    assert sheet.ephemeral
    assert [file.filename for file in sheet.response.attachments] == ["photos.jpg"]
    assert "1–6: a photo of radke" in sheet.response.content
    done = await server.radke.click(sheet.response, label=say.APPROVE)
    await until_said(server, "next in line")

    assert sheet.response.content == "Approved: 6 photos of radke and their captions. The training is in line."
    assert sheet.response.attachments == []
    assert done.followups == []
    assert asked.response.content.startswith("Training of **radke** · next in line")
    assert server.events()[-1] == "captions.approved"
    assert "photo.seen" not in server.events(), "people look at photos of themselves unseen"


async def test_a_moderators_look_is_written_down_and_their_approval_counts(server: Server) -> None:
    await handed_in(server)
    sheet = await looks(server, server.mo)
    assert server.events()[-1] == "photo.seen"
    await server.mo.click(sheet.response, label=say.APPROVE)
    assert server.job.state == "queued"


async def test_the_trainer_sees_the_sheet_without_an_approval_and_forging_one_is_refused(server: Server) -> None:
    await handed_in(server)
    theirs = await looks(server, server.anna)
    assert say.APPROVE not in custom_ids(theirs.response)
    sheet = await looks(server, server.radke)

    refused = await forge(server.anna, theirs, custom_ids(sheet.response)[say.APPROVE])

    assert "somebody else has to look at them" in refused.followups[0].content
    assert server.job.state == "to_approve"


async def test_somebody_else_neither_sees_nor_decides_nor_stops(server: Server) -> None:
    await handed_in(server)

    look = await looks(server, server.eve)
    stop = await server.eve.click(line(server), label=say.CANCEL)

    assert "are seen by whoever handed them in, by radke and by moderators alone" in look.response.content
    assert look.response.attachments == []
    assert "Only whoever asked for it" in stop.followups[0].content
    assert server.job.state == "to_approve"
    assert server.rows()["photos"] == 6


async def test_photos_come_in_rounds_and_more_can_be_added(server: Server) -> None:
    server.consent()
    form = await server.anna.slash(server.channel, "train", subject="radke")
    upload = form.modal["components"][0]["component"]
    assert (upload["min_values"], upload["max_values"]) == (0, MOST_AT_ONCE)

    first = await round_of(server.anna, form, READ[:10])
    await until_said(server, "more to come")
    assert first.response.content == "Training of **radke** · 10 photos, 10 usable, more to come."
    assert first.response.attachments == []
    again = await server.anna.click(line(server), label=say.MORE)
    second = await round_of(server.anna, again, READ[8:18])
    await until_said(server, "18 photos")

    assert second.ephemeral, "the sheet never comes into the message the public button stands under"
    assert "18 photos from anna" in second.response.content
    assert first.response.content == "Training of **radke** · 18 photos, 18 usable, more to come."
    assert first.response.attachments == []
    await server.anna.click(line(server), label=say.THAT_IS_ALL)
    await until_said(server, "waiting for approval")
    assert first.response.content.endswith("waiting for approval by radke or a moderator.")
    assert server.rows()["jobs"] == 1


async def test_without_a_yes_no_form_opens_and_a_form_that_was_open_reads_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.consent()
    form = await server.anna.slash(server.channel, "train", subject="radke")
    grants.withdraw(server.studio, server.party(server.radke), "radke")

    async def never(attachment: discord.Attachment, **_: object) -> bytes:
        raise AssertionError("downloaded")

    monkeypatch.setattr(discord.Attachment, "read", never)
    late = await round_of(server.anna, form, READ[:4])
    refused = await server.anna.slash(server.channel, "train", subject="radke")

    assert "has withdrawn" in late.response.content
    assert refused.modal is None
    assert "has withdrawn" in refused.response.content
    assert server.rows()["photos"] == 0
    assert server.files() == []


async def test_a_form_without_a_photo_stores_nothing(server: Server) -> None:
    server.consent()
    form = await server.anna.slash(server.channel, "train", subject="radke")
    empty = await round_of(server.anna, form, [])
    assert empty.response.content == say.NO_PHOTOS
    assert server.rows()["jobs"] == 0


async def test_nobody_adds_to_somebody_elses_photos(server: Server) -> None:
    server.consent()
    form = await server.anna.slash(server.channel, "train", subject="radke")
    await round_of(server.anna, form, READ[:5])
    await until_said(server, "more to come")
    for label in (say.MORE, say.THAT_IS_ALL):
        refused = await server.eve.click(line(server), label=label)
        said = refused.followups[0].content if refused.followups else refused.response.content
        assert "Only whoever asked for this training" in said
    assert server.job.state == "gathering"


async def test_captions_are_rewritten_in_a_form_and_checked(server: Server) -> None:
    await handed_in(server)
    sheet = await looks(server, server.radke)
    before = sheet.response.content
    form = await server.radke.click(sheet.response, label=say.EDIT)
    (field,) = form.modal["components"]
    lines = field["component"]["value"].splitlines()
    assert lines[1] == "2: a photo of radke"

    labelled = await server.radke.submit_modal(form, {"captions-0": "2: radke the alcoholic"})
    assert "“alcoholic”" in labelled.followups[0].content
    assert sheet.response.content == before

    form = await server.radke.click(sheet.response, label=say.EDIT)
    await server.radke.submit_modal(form, {"captions-0": "2: radke in a red shirt\n\n5: radke by the sea"})
    assert "2: radke in a red shirt" in sheet.response.content
    assert "1, 3–4, 6: a photo of radke" in sheet.response.content
    with server.studio.readers() as session:
        assert "radke by the sea" in session.scalars(select(CaptionRow.text)).all()

    form = await server.radke.click(sheet.response, label=say.EDIT)
    wrong = await server.radke.submit_modal(form, {"captions-0": "radke in a red shirt"})
    assert "does not begin with a photo's number" in wrong.followups[0].content


async def test_what_changed_since_somebody_looked_is_not_approved(server: Server) -> None:
    await handed_in(server)
    sheet = await looks(server, server.radke)
    theirs = await looks(server, server.anna)
    form = await server.anna.click(theirs.response, label=say.EDIT)
    await server.anna.submit_modal(form, {"captions-0": "1: radke in the park"})

    refused = await server.radke.click(sheet.response, label=say.APPROVE)

    assert "were changed since you looked" in refused.followups[0].content
    assert server.job.state == "to_approve"


async def test_photos_that_are_not_ticked_are_left_out_and_deleted_at_the_approval(server: Server) -> None:
    await handed_in(server)
    sheet = await looks(server, server.mo)
    view = intakes.view(server.studio, server.party(server.mo, is_moderator=True), server.job.id)
    kept = [str(photo.id) for photo in view.photos[:4]]

    await server.mo.select(sheet.response, kept)
    assert "6 photos from anna, 4 to learn from" in sheet.response.content
    assert len(server.files()) == 6
    await server.mo.click(sheet.response, label=say.APPROVE)

    assert len(server.files()) == 4
    assert server.events().count("photo.rejected") == 2


async def test_blurred_and_doubled_photos_are_remarked_and_left_out_until_somebody_takes_them_in(
    server: Server,
) -> None:
    server.consent()
    taken = [photo.image for photo in portrait_session(RADKE, "radke", 6, 256)]
    taken += [taken[0].filter(ImageFilter.GaussianBlur(7)), taken[1].resize((200, 200))]
    options = {f"photo{n}": (f"{n}.png", _saved(image)) for n, image in enumerate(taken, 1)}

    asked = await server.anna.slash(server.channel, "train", subject="radke", **options)
    await until_said(server, "waiting for approval")

    assert "8 photos, 6 usable" in asked.response.content
    view = intakes.view(server.studio, server.party(server.anna), server.job.id)
    remarks = {photo.number: photo.remarks for photo in view.photos if photo.remarks}
    assert remarks[8] == ("like another",)
    assert "blurred" in remarks[7]
    sheet = await looks(server, server.radke)
    await server.radke.select(sheet.response, [str(photo.id) for photo in view.photos])
    assert "8 photos from anna, 8 to learn from" in sheet.response.content


async def test_every_button_and_form_works_after_a_restart_and_an_old_sheet_says_that_it_is_over(
    server: Server, studio: Studio
) -> None:
    server.consent()
    form = await server.anna.slash(server.channel, "train", subject="radke")
    await server.env.restart_bot(LikenessClient(studio))
    await round_of(server.anna, form, READ[:5])
    await until_said(server, "more to come")
    await server.env.restart_bot(LikenessClient(studio))
    await server.anna.click(line(server), label=say.THAT_IS_ALL)
    await until_said(server, "waiting for approval")
    sheet = await looks(server, server.radke)
    other = await looks(server, server.mo)
    await server.env.restart_bot(LikenessClient(studio))
    await server.radke.click(sheet.response, label=say.APPROVE)
    late = await server.mo.click(other.response, label=say.APPROVE)

    assert "does not wait for approval: it is queued" in late.followups[0].content

    assert server.job.state == "queued"
    assert server.rows()["jobs"] == 1
    assert server.rows()["approvals"] == 1


async def test_cancelling_deletes_the_photos_nobody_has_approved(server: Server) -> None:
    asked = await handed_in(server)
    await server.radke.click(line(server), label=say.CANCEL)
    await until_said(server, "was stopped")
    assert server.files() == []
    assert server.rows()["photos"] == 0
    assert asked.response.content == "Training of **radke** was stopped. Stopped by radke."


async def test_a_withdrawal_takes_the_photos_that_wait_with_it(server: Server) -> None:
    asked = await handed_in(server)
    sheet = await looks(server, server.mo)
    grants.withdraw(server.studio, server.party(server.radke), "radke")
    await until_said(server, "has withdrawn")
    assert server.files() == []
    assert "has withdrawn" in asked.response.content
    refused = await server.mo.click(sheet.response, label=say.APPROVE)
    assert "it is cancelled" in refused.followups[0].content


async def test_photos_of_oneself_are_in_line_at_once(server: Server) -> None:
    server.consent()
    await server.radke.slash(server.channel, "train", subject="radke", **photos(6))
    assert server.job.state == "queued"
    with server.studio.readers() as session:
        assert session.get_one(approvals.ApprovalRow, server.job.id).approved_by == server.party(server.radke).party


async def test_the_subject_is_called_once_by_a_mention_without_a_photo(server: Server, studio: Studio) -> None:
    asked = await handed_in(server)
    for _ in range(2):
        await server.look(6)
        await server.env.restart_bot(LikenessClient(studio))
    await server.look(6)

    calls = [message for message in public(server) if message.id != asked.response.id]
    assert [message.content.split(",")[0] for message in calls] == [f"<@{server.radke.id}>"]
    assert calls[0].attachments == []
    sheet = await server.radke.click(calls[0], label=say.LOOK_AND_DECIDE)
    assert sheet.ephemeral
    assert sheet.response.attachments


def _saved(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
