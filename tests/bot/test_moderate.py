"""/moderate: who made this and under which consent; reports, strikes and the books; and every look written down."""

from __future__ import annotations

import csv
import io

from bot.words import moderate as say
from studio import endings, grants, incidents, reports, subjects
from tests.bot.community_stage import brought, live, made
from tests.bot.conftest import Server


async def test_a_moderator_learns_who_made_a_picture_and_under_which_consent(server: Server) -> None:
    live(server)
    job_id = made(server)
    link = f"https://discord.com/channels/{server.env.guild.id}/{server.channel.id}/900"

    by_file = await server.mo.slash(server.channel, "moderate look-up", file=("found.png", brought(server, job_id)))
    by_link = await server.mo.slash(server.channel, "moderate look-up", message=link)
    elsewhere = await server.mo.slash(server.channel, "moderate look-up", message="https://discord.com/channels/1/2/3")

    for found in (by_file.response.content, by_link.response.content):
        assert "**Made here**" in found
        assert "of **radke**, asked by **anna**" in found
        assert "Under **radke**'s consent, version 1" in found
        assert "verified by mo (their own account and a live challenge). It is **active** today." in found
    assert elsewhere.response.content == say.NOT_A_LINK
    assert server.events().count("moderator.looked") == 2


async def test_a_member_learns_nothing_by_any_of_it(server: Server) -> None:
    live(server)
    picture = brought(server, made(server))
    command_id = next(c.id for c in await server.env.bot.tree.fetch_commands() if c.name == "moderate")
    server.env.guild.set_command_permissions(command_id, {server.eve: True})  # an administrator's slip
    for command, options in (
        ("review", {}), ("verify", {}), ("reports", {}), ("look-up", {"file": ("found.png", picture)}),
        ("audit", {}), ("audit", {"question": "images-of", "subject": "radke"}), ("incidents", {}), ("strikes", {}),
    ):  # fmt: skip
        refused = await server.eve.slash(server.channel, f"moderate {command}", **options)
        said = refused.response.content.casefold()
        assert "moderator" in said, command
        assert "radke" not in said or "radke is somebody else" in said, command
        assert refused.response.attachments == []
    assert "moderator.looked" not in server.events()


async def test_a_report_is_decided_with_the_picture_before_ones_eyes(server: Server) -> None:
    live(server)
    first, second = made(server, message=901), made(server, message=902)
    for job_id in (first, second):
        reports.report(server.studio, server.party(server.eve), job_id, f"not `nice` {job_id[-4:]}")

    review = await server.mo.slash(server.channel, "moderate review")
    assert len(review.response.attachments) == 1
    assert "**Report** of **radke**, asked by anna" in review.response.content
    await server.mo.click(review.response, label=say.NEXT)
    await server.mo.click(review.response, label=say.REMOVE)
    assert review.response.attachments == []
    await server.mo.click(review.response, label=say.NEXT)
    await server.mo.click(review.response, label=say.KEEP)

    assert server.events().count("moderator.looked") == 3
    verdicts = {view.job_id: view.verdict for view in reports.reports(server.studio, server.party(
        server.mo, is_moderator=True), everything=True)}  # fmt: skip
    assert verdicts == {first: "keep", second: "remove"}
    listed = await server.mo.slash(server.channel, "moderate reports", everything=True)
    assert "keep by mo" in listed.response.content
    assert "remove by mo" in listed.response.content


async def test_the_books_answer_with_a_file_and_a_digest(server: Server) -> None:
    live(server)
    made(server)
    digest = await server.mo.slash(server.channel, "moderate audit")
    assert "`trained-alone`: 0" in (digest.response.embeds[0].description or "")
    assert "⚠️" not in (digest.response.embeds[0].description or "")

    answer = await server.mo.slash(server.channel, "moderate audit", question="images-of", subject="radke")
    lines = list(csv.DictReader(io.StringIO((await answer.response.attachments[0].read()).decode())))
    assert [line["asker"] for line in lines] == ["anna"]
    lacking = await server.mo.slash(server.channel, "moderate audit", question="about-asker")
    assert "needs to know about whom" in lacking.response.content


async def test_who_waits_for_a_confirmation_is_listed(server: Server) -> None:
    radke = server.party(server.radke)
    subjects.add_subject(server.studio, radke, "radke", owner=radke)
    nobody = await server.mo.slash(server.channel, "moderate verify")
    grants.give(server.studio, radke, "radke", ("train",))
    somebody = await server.mo.slash(server.channel, "moderate verify")
    assert nobody.response.content == say.NO_CONSENTS
    assert somebody.response.content.startswith("- **radke** (radke): train\n")


async def test_an_incident_is_closed_with_what_came_of_it(server: Server) -> None:
    server.consent()
    endings.invalidate(server.studio, server.party(server.mo, is_moderator=True), "radke", "it was an alt account")
    listed = await server.mo.slash(server.channel, "moderate incidents")
    assert "**radke**" in listed.response.content
    assert "it was an alt account" in listed.response.content

    view = incidents.incidents(server.studio, server.party(server.mo, is_moderator=True))[0]
    form = await server.mo.select(listed.response, [str(view.id)])
    await server.mo.submit_modal(form, {"outcome": "banned"})

    assert server.events()[-1] == "incident.closed"
    assert (await server.mo.slash(server.channel, "moderate incidents")).response.content == say.NO_INCIDENTS
