"""The transcript: one page, nothing fetched from anywhere, nothing of a message comes alive that somebody typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rehearsal import wire
from rehearsal.markdown import to_html
from rehearsal.transcript import page
from rehearsal.world import World
from tests.rehearsal.stage import png

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_a_message_stands_as_it_was_at_the_end_with_its_picture_in_the_page() -> None:
    world = World()
    channel = world.add_channel("portraits")
    message = world.add_message(channel, world.bot, content="number 2 in line")
    wire.edit(world, message, {"content": "learning"}, {})
    described = {"content": "**done**", "attachments": [{"id": 0, "description": "a doll"}]}
    wire.edit(world, message, described, {0: ("radke.png", png())})

    html = page(world, channel, "An evening")

    assert "<b>done</b>" in html
    assert "number 2 in line" not in html
    assert "(edited 2 times)" in html
    assert 'alt="a doll" src="data:image/png;base64,' in html
    assert re.findall(r"""(?:src|href)=["'](?!data:)""", html) == []


def test_what_only_one_member_saw_says_so_and_what_was_deleted_leaves_a_line() -> None:
    world = World()
    channel = world.add_channel("portraits")
    radke = world.add_user("radke")
    world.add_message(channel, world.bot, content="the notice", only_for=radke)
    gone = world.add_message(channel, world.bot, content="a picture")
    gone.deleted = True

    html = page(world, channel, "An evening")

    assert "Only radke can see this" in html
    assert "A message was deleted." in html
    assert "a picture" not in html


def test_markdown_is_shown_and_html_is_not() -> None:
    assert to_html("`<b>` **x** <script>", {}, NOW) == "<code>&lt;b&gt;</code> <b>x</b> &lt;script&gt;"
    assert to_html("-# small", {}, NOW) == '<div class="small">small</div>'
    assert to_html("<@7> <t:1777636980:R>", {7: "anna"}, NOW) == (
        '<span class="mention">@anna</span> <span class="moment">in 3 minutes</span>'
    )
