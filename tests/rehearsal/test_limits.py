"""The loopback refuses what Discord refuses: a row for each published limit, just beyond it and just within."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.command_limits import of_choices, of_command
from rehearsal.component_limits import of_modal
from rehearsal.limits import of_message, of_new_message

CLOSED = {"parse": []}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(label: str = "Again", custom_id: str = "again:1") -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": label, "custom_id": custom_id}


def menu(options: int) -> dict[str, Any]:
    choices = [{"label": f"{n}", "value": f"{n}"} for n in range(options)]
    return {"type": 3, "custom_id": "menu", "options": choices}


def command(**more: Any) -> dict[str, Any]:
    return {"type": 1, "name": "imagine", "description": "Draw", **more}


def option(number: int = 0, **more: Any) -> dict[str, Any]:
    return {"type": 3, "name": f"o{number}", "description": "What", **more}


def form(*parts: dict[str, Any], title: str = "Edit") -> dict[str, Any]:
    return {"title": title, "custom_id": "form", "components": list(parts)}


def label(inner: dict[str, Any], text: str = "Prompt") -> dict[str, Any]:
    return {"type": 18, "label": text, "component": inner}


def line(custom_id: str = "line", **more: Any) -> dict[str, Any]:
    return {"type": 4, "style": 1, "custom_id": custom_id, **more}


MESSAGES = {
    "content": ({"content": "x" * 2_000}, {"content": "x" * 2_001}),
    "embeds": ({"embeds": [{"title": "t"}] * 10}, {"embeds": [{"title": "t"}] * 11}),
    "embed texts": (
        {"embeds": [{"description": "x" * 3_000}] * 2},
        {"embeds": [{"description": "x" * 3_001}] * 2},
    ),
    "embed title": ({"embeds": [{"title": "x" * 256}]}, {"embeds": [{"title": "x" * 257}]}),
    "rows": (
        {"components": [row(button(custom_id=f"{n}")) for n in range(5)]},
        {"components": [row(button(custom_id=f"{n}")) for n in range(6)]},
    ),
    "buttons in a row": (
        {"components": [row(*(button(custom_id=f"{n}") for n in range(5)))]},
        {"components": [row(*(button(custom_id=f"{n}") for n in range(6)))]},
    ),
    "a menu has its row": ({"components": [row(menu(2))]}, {"components": [row(menu(2), button())]}),
    "choices of a menu": ({"components": [row(menu(25))]}, {"components": [row(menu(26))]}),
    "label": ({"components": [row(button("x" * 80))]}, {"components": [row(button("x" * 81))]}),
    "custom_id": (
        {"components": [row(button(custom_id="x" * 100))]},
        {"components": [row(button(custom_id="x" * 101))]},
    ),
    "custom ids differ": (
        {"components": [row(button(custom_id="a"), button(custom_id="b"))]},
        {"components": [row(button(custom_id="a"), button(custom_id="a"))]},
    ),
    "mentions": (
        {"content": "<@1>", "allowed_mentions": {"parse": [], "users": ["1"]}},
        {"content": "<@1>", "allowed_mentions": {"parse": ["users"]}},
    ),
    "nonce": ({"content": "x", "nonce": "n" * 25}, {"content": "x", "nonce": "n" * 26}),
    "alt text": (
        {"attachments": [{"id": 0, "description": "x" * 1_024}]},
        {"attachments": [{"id": 0, "description": "x" * 1_025}]},
    ),
}

COMMANDS = {
    "description": (command(description="x" * 100), command(description="x" * 101)),
    "name": (command(name="imagine-2"), command(name="Imagine")),
    "options": (
        command(options=[option(n) for n in range(25)]),
        command(options=[option(n) for n in range(26)]),
    ),
    "option's description": (
        command(options=[option(description="x" * 100)]),
        command(options=[option(description="x" * 101)]),
    ),
    "required first": (
        command(options=[option(0, required=True), option(1)]),
        command(options=[option(0), option(1, required=True)]),
    ),
    "choices": (
        command(options=[option(choices=[{"name": "n", "value": f"{n}"} for n in range(25)])]),
        command(options=[option(choices=[{"name": "n", "value": f"{n}"} for n in range(26)])]),
    ),
    "characters together": (
        command(options=[option(n, description="x" * 100) for n in range(25)]),
        command(
            options=[
                option(
                    n,
                    description="x" * 100,
                    choices=[{"name": "y" * 100, "value": f"{m}"} for m in range(3)],
                )
                for n in range(25)
            ]
        ),
    ),
}

FORMS = {
    "title": (form(label(line()), title="x" * 45), form(label(line()), title="x" * 46)),
    "parts": (
        form(*(label(line(f"{n}")) for n in range(5))),
        form(*(label(line(f"{n}")) for n in range(6))),
    ),
    "label": (form(label(line(), "x" * 45)), form(label(line(), "x" * 46))),
    "upload": (
        form(label({"type": 19, "custom_id": "files", "max_values": 10})),
        form(label({"type": 19, "custom_id": "files", "max_values": 11})),
    ),
    "checkboxes": (
        form(label({**menu(10), "type": 22, "min_values": 0})),
        form(label({**menu(11), "type": 22, "max_values": 1})),
    ),
    "only forms' fields": (form(label(line())), form(label(button()))),
    "value": (form(label(line(value="x" * 4_000))), form(label(line(value="x" * 4_001)))),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_a_message_beyond_a_limit_is_noticed(what: str) -> None:
    within, beyond = MESSAGES[what]
    assert list(of_message({"allowed_mentions": CLOSED, **within})) == []
    assert len(list(of_message({"allowed_mentions": CLOSED, **beyond}))) == 1


@pytest.mark.parametrize("what", COMMANDS)
def test_a_command_beyond_a_limit_is_noticed(what: str) -> None:
    within, beyond = COMMANDS[what]
    assert list(of_command(within)) == []
    assert len(list(of_command(beyond))) == 1


@pytest.mark.parametrize("what", FORMS)
def test_a_form_beyond_a_limit_is_noticed(what: str) -> None:
    within, beyond = FORMS[what]
    assert list(of_modal(within)) == []
    assert len(list(of_modal(beyond))) == 1


def test_more_than_ten_files_or_ten_mebibytes_are_noticed() -> None:
    assert list(of_new_message({}, [("a.png", b"x")] * 10)) == []
    assert list(of_new_message({}, [("a.png", b"x")] * 11)) == ["more than 10 files"]
    assert len(list(of_new_message({}, [("a.png", bytes(10 * 2**20 + 1))]))) == 1


def test_an_empty_message_is_noticed() -> None:
    assert list(of_new_message({"allowed_mentions": CLOSED})) == ["a message cannot be empty"]


def test_more_than_twenty_five_offers_while_somebody_types_are_noticed() -> None:
    assert list(of_choices([{"name": "n", "value": "v"}] * 25)) == []
    assert len(list(of_choices([{"name": "n", "value": "v"}] * 26))) == 1
