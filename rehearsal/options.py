"""From what somebody types to what Discord sends: the options of a command and the fields of a form.

A member's client checks what it sends by what the bot has registered. `forged` skips that, for what somebody sends
who wrote a client of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rehearsal import payloads
from rehearsal.command_limits import GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND
from rehearsal.component_limits import (
    CHECKBOX,
    CHECKBOXES,
    LABEL,
    RADIO,
    ROW,
    SELECTS,
    TEXT_INPUT,
    UPLOAD,
    walk,
)
from rehearsal.world import Channel, Role, Unseen, User, World

BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT = 5, 6, 7, 8, 9, 11
CHOICE_MENU, USER_MENU, ROLE_MENU, CHANNEL_MENU = 3, 5, 6, 8
Upload = tuple[str, bytes]


class Written:
    """The data of an interaction in the making, with everything it refers to."""

    def __init__(self, world: World, channel: Channel) -> None:
        self._world = world
        self._channel = channel
        self.resolved: dict[str, dict[str, Any]] = {}

    def value(self, given: Any) -> Any:
        """How a value stands on the wire; people, places and files are referred to."""
        if isinstance(given, User):
            self._refer("users", given.id, payloads.user(given))
            self._refer("members", given.id, payloads.member(self._world, given, with_user=False))
        elif isinstance(given, Role):
            self._refer("roles", given.id, payloads.role(given))
        elif isinstance(given, Channel):
            payload = {**payloads.channel(self._world, given), "permissions": str(2**40 - 1)}
            self._refer("channels", given.id, payload)
        elif isinstance(given, tuple):
            return self.upload(given)
        else:
            return given
        return str(given.id)

    def upload(self, upload: Upload) -> str:
        """A file, put on the CDN."""
        file = self._world.add_file(self._channel.id, *upload)
        self._refer("attachments", file.id, payloads.attachment(file))
        return str(file.id)

    def _refer(self, kind: str, number: int, payload: dict[str, Any]) -> None:
        self.resolved.setdefault(kind, {})[str(number)] = payload


def find_command(
    commands: Sequence[dict[str, Any]], path: str, kind: int = 1
) -> tuple[dict[str, Any], list[str]]:
    """The registered command of a path such as “consent give”, and the names below it. Raises Unseen."""
    name, *below = [path] if kind != 1 else path.split()
    for command in commands:
        if command["name"] == name and command["type"] == kind:
            return command, below
    raise Unseen(f"there is no command {path!r}")


def leaf(command: dict[str, Any], below: Sequence[str]) -> list[dict[str, Any]]:
    """The options of the (sub)command itself. Raises Unseen."""
    options: list[dict[str, Any]] = command.get("options") or []
    for name in below:
        inner = [each for each in options if each["name"] == name and each["type"] in (SUBCOMMAND, GROUP)]
        if not inner:
            raise Unseen(f"/{command['name']} has no {name!r}")
        options = inner[0].get("options") or []
    return options


def leaves(command: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every command that can be used by itself, with its path and options."""
    found: list[tuple[str, list[dict[str, Any]]]] = []

    def visit(path: str, options: list[dict[str, Any]]) -> None:
        inner = [each for each in options if each["type"] in (SUBCOMMAND, GROUP)]
        for each in inner:
            visit(f"{path} {each['name']}", each.get("options") or [])
        if not inner:
            found.append((path, options))

    visit(command["name"], command.get("options") or [])
    return found


def data_of(
    command: dict[str, Any],
    below: Sequence[str],
    given: dict[str, Any],
    written: Written,
    *,
    focused: str | None = None,
    forged: bool = False,
) -> dict[str, Any]:
    """The data of a command as it was typed; while somebody still types, one option is `focused`."""
    declared = {option["name"]: option for option in leaf(command, below)}
    if not forged:
        _as_a_client_allows(declared, given, typing=focused is not None)
    options: list[dict[str, Any]] = []
    for name, value in given.items():
        if value is None:
            continue
        kind = declared[name]["type"] if name in declared else STRING
        option = {"name": name, "type": kind, "value": written.value(value)}
        options.append(option | ({"focused": True} if name == focused else {}))
    inner = _kinds_below(command, below)
    for name, kind in reversed(inner):
        options = [{"name": name, "type": kind, "options": options}]
    data: dict[str, Any] = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    return data | ({"resolved": written.resolved} if written.resolved else {})


def form_of(
    modal: dict[str, Any], given: dict[str, Any], written: Written, *, forged: bool = False
) -> dict[str, Any]:
    """What a filled-in form sends. Fields are given by custom id, or by their label."""
    left = dict(given)
    parts: list[dict[str, Any]] = []
    for number, part in enumerate(modal["components"], 1):
        if part["type"] == LABEL:
            field = _filled(
                part["component"], _taken(left, part["component"], part["label"]), written, forged
            )
            parts.append({"type": LABEL, "id": number, "component": field})
        elif part["type"] == ROW:
            inner = part["components"][0]
            field = _filled(inner, _taken(left, inner, inner.get("label", "")), written, forged)
            parts.append({"type": ROW, "id": number, "components": [field]})
        else:
            parts.append({"type": part["type"], "id": number})
    if left:
        raise Unseen(f"the form has no field {sorted(left)[0]!r}")
    data: dict[str, Any] = {"custom_id": modal["custom_id"], "components": parts}
    return data | ({"resolved": written.resolved} if written.resolved else {})


def fields_of(modal: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The fields of a form with their labels."""
    named: list[tuple[str, dict[str, Any]]] = []
    for part in modal["components"]:
        inner = part.get("component") or next(iter(part.get("components") or []), None)
        if inner is not None and inner.get("custom_id"):
            named.append((part.get("label") or inner.get("label") or "", inner))
    return named


def control(components: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """The button or menu of a message with this label, placeholder or custom id. Raises Unseen."""
    pressable = [each for each in walk(components) if each.get("custom_id")]
    for key in ("custom_id", "label", "placeholder"):
        for each in pressable:
            if each.get(key) == wanted:
                return each
    labels = [each.get("label") or each.get("placeholder") or each["custom_id"] for each in pressable]
    raise Unseen(f"there is no {wanted!r} to press, only {labels}")


def _taken(left: dict[str, Any], field: dict[str, Any], label: str) -> Any:
    for key in (field["custom_id"], label):
        if key in left:
            return left.pop(key)
    return None


def _filled(field: dict[str, Any], given: Any, written: Written, forged: bool) -> dict[str, Any]:
    kind, needed = field["type"], field.get("required", True) and not forged
    filled: dict[str, Any] = {"type": kind, "id": field.get("id", 0), "custom_id": field["custom_id"]}
    if kind == TEXT_INPUT:
        text = field.get("value") or "" if given is None else given
        if not forged and not (field.get("min_length") or 0) <= len(text) <= (
            field.get("max_length") or 4_000
        ):
            raise Unseen(f"{field['custom_id']!r} does not take {len(text)} characters")
        value: Any = text
    elif kind in (CHECKBOX, RADIO):
        value = given if given is not None else field.get("default", False if kind == CHECKBOX else None)
    else:
        chosen: list[Any] = (
            [given] if isinstance(given, (str, tuple, User)) else list(given or _by_default(field))
        )
        greatest = field.get("max_values") or (len(field.get("options", ())) if kind == CHECKBOXES else 1)
        if not forged and len(chosen) > greatest:
            raise Unseen(f"{field['custom_id']!r} takes at most {greatest}")
        if not forged and kind in (CHOICE_MENU, CHECKBOXES):
            _among(field, chosen)
        filled["values"] = [written.value(each) for each in chosen]
        value = chosen
    if needed and value in ("", [], None):
        raise Unseen(f"{field['custom_id']!r} has to be filled in")
    if kind not in (UPLOAD, CHECKBOXES, *SELECTS):
        filled["value"] = value
    return filled


def _by_default(field: dict[str, Any]) -> list[str]:
    return [option["value"] for option in field.get("options") or () if option.get("default")]


def _among(field: dict[str, Any], chosen: Sequence[str]) -> None:
    offered = {option["value"] for option in field.get("options") or ()}
    if not set(chosen) <= offered:
        raise Unseen(f"{field['custom_id']!r} does not offer {sorted(set(chosen) - offered)}")


def _kinds_below(command: dict[str, Any], below: Sequence[str]) -> list[tuple[str, int]]:
    kinds: list[tuple[str, int]] = []
    options: list[dict[str, Any]] = command.get("options") or []
    for name in below:
        inner = next(each for each in options if each["name"] == name)
        kinds.append((name, inner["type"]))
        options = inner.get("options") or []
    return kinds


def _as_a_client_allows(declared: dict[str, dict[str, Any]], given: dict[str, Any], *, typing: bool) -> None:
    for name in given:
        if name not in declared:
            raise Unseen(f"there is no option {name!r}, only {sorted(declared)}")
    for name, option in declared.items():
        value, kind = given.get(name), option["type"]
        if value is None:
            if option.get("required") and not typing:
                raise Unseen(f"the option {name!r} is required")
        elif kind in (INTEGER, NUMBER) and not typing:
            if not option.get("min_value", value) <= value <= option.get("max_value", value):
                raise Unseen(f"{name!r} does not take {value}")
        elif kind == STRING and not option.get("min_length", 0) <= len(value) <= option.get(
            "max_length", 6_000
        ):
            raise Unseen(f"{name!r} does not take {len(value)} characters")
        offered = [choice["value"] for choice in option.get("choices") or ()]
        if offered and value is not None and value not in offered and not typing:
            raise Unseen(f"{name!r} does not offer {value!r}")
