"""The limits of buttons, menus, layouts and forms. Source: docs.discord.com, “Component Reference”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

ROW, BUTTON, CHOICE_MENU, TEXT_INPUT = 1, 2, 3, 4
SELECTS = {3, 5, 6, 7, 8}
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 18, 19, 21, 22, 23
LAYOUT = {SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER}
IN_A_LABEL = {TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX, *SELECTS}

ROWS, IN_A_ROW, OPTIONS, CUSTOM_ID, BUTTON_LABEL, COMPONENTS = 5, 5, 25, 100, 80, 40
TITLE, LABEL_TEXT, LABEL_DESCRIPTION, PLACEHOLDER, TEXTS = 45, 45, 100, 150, 4_000
LINK_STYLE = 5


def walk(components: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, the nested ones too."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        yield from walk([component[key] for key in ("component", "accessory") if component.get(key)])


def of_components(components: Sequence[dict[str, Any]], *, rich: bool) -> Iterator[str]:
    """What is wrong with the components of a message; `rich` ones are laid out (components v2)."""
    everything = list(walk(components))
    if rich:
        if len(everything) > COMPONENTS:
            yield f"{len(everything)} components are more than {COMPONENTS}"
        if sum(len(each.get("content") or "") for each in everything if each.get("type") == TEXT) > TEXTS:
            yield f"the texts of a layout have more than {TEXTS} characters together"
    elif len(components) > ROWS:
        yield f"{len(components)} rows are more than {ROWS}"
    for component in components:
        if component.get("type") != ROW and not (rich and component.get("type") in LAYOUT):
            yield f"a component of type {component.get('type')} cannot stand alone in this message"
    yield from _unlike(everything)
    for component in everything:
        yield from _of_one(component)


def of_modal(modal: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a form."""
    yield from _text("title", modal.get("title"), TITLE, needed=True)
    yield from _text("custom_id", modal.get("custom_id"), CUSTOM_ID, needed=True)
    parts = modal.get("components") or []
    if not 1 <= len(parts) <= ROWS:
        yield f"a form has 1 to {ROWS} parts, not {len(parts)}"
    everything = list(walk(parts))
    yield from _unlike(everything)
    for part in parts:
        kind, inner = part.get("type"), part.get("component") or {}
        if kind == LABEL:
            yield from _text("label", part.get("label"), LABEL_TEXT, needed=True)
            yield from _text("description of a label", part.get("description"), LABEL_DESCRIPTION)
            if inner.get("type") not in IN_A_LABEL:
                yield f"a label cannot hold a component of type {inner.get('type')}"
        elif kind == ROW:
            inside = part.get("components") or []
            if len(inside) != 1 or inside[0].get("type") != TEXT_INPUT:
                yield "a row of a form holds one text input"
            yield from _text("label", (inside[0] if inside else {}).get("label"), LABEL_TEXT, needed=True)
        elif kind != TEXT:
            yield f"a form cannot hold a component of type {kind}"
    for component in everything:
        yield from _of_one(component, in_form=True)


def _of_one(component: dict[str, Any], *, in_form: bool = False) -> Iterator[str]:
    kind = component.get("type")
    if kind == ROW and not in_form:
        yield from _of_row(component.get("components") or [])
    elif kind == BUTTON:
        yield from _of_button(component)
    elif kind in SELECTS:
        yield from _identified(component)
        yield from _text("placeholder", component.get("placeholder"), PLACEHOLDER)
        yield from _of_options(component, OPTIONS, 0 if kind != CHOICE_MENU else 1)
        yield from _of_span(component, OPTIONS)
    elif kind == TEXT_INPUT:
        yield from _identified(component)
        yield from _text("placeholder", component.get("placeholder"), 100)
        yield from _text("value", component.get("value"), component.get("max_length") or TEXTS)
        if not 0 <= (component.get("min_length") or 0) <= (component.get("max_length") or TEXTS) <= TEXTS:
            yield "the lengths of a text input lie between 0 and 4,000, the least first"
    elif kind == UPLOAD:
        yield from _identified(component)
        yield from _of_span(component, 10)
    elif kind in (RADIO, CHECKBOXES):
        yield from _identified(component)
        yield from _of_options(component, 10, 2 if kind == RADIO else 1)
        yield from _of_span(component, 10)
    elif kind == CHECKBOX:
        yield from _identified(component)
    elif kind == TEXT:
        yield from _text("text", component.get("content"), TEXTS, needed=True)
    elif kind == GALLERY:
        if not 1 <= len(component.get("items") or []) <= 10:
            yield "a gallery holds 1 to 10 pictures"
    elif kind == SECTION and not 1 <= len(component.get("components") or []) <= 3:
        yield "a section holds 1 to 3 texts"


def _of_row(inside: Sequence[dict[str, Any]]) -> Iterator[str]:
    if not 1 <= len(inside) <= IN_A_ROW:
        yield f"a row holds 1 to {IN_A_ROW} components, not {len(inside)}"
    if any(each.get("type") in SELECTS for each in inside) and len(inside) > 1:
        yield "a menu has its row for itself"
    if any(each.get("type") not in {BUTTON, *SELECTS} for each in inside):
        yield "a row of a message holds buttons or a menu"


def _of_button(button: dict[str, Any]) -> Iterator[str]:
    yield from _text("label of a button", button.get("label"), BUTTON_LABEL)
    if not button.get("label") and not button.get("emoji"):
        yield "a button has neither label nor emoji"
    if button.get("style") == LINK_STYLE:
        yield from _text("link of a button", button.get("url"), 512, needed=True)
        if button.get("custom_id"):
            yield "a link has no custom_id"
    elif button.get("style") not in (1, 2, 3, 4):
        yield f"{button.get('style')!r} is no style of a button"
    else:
        yield from _identified(button)


def _of_options(component: dict[str, Any], most: int, least: int) -> Iterator[str]:
    options = component.get("options") or []
    if not least <= len(options) <= most:
        yield f"a list of choices holds {least} to {most}, not {len(options)}"
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        yield f"two choices of {component.get('custom_id')!r} have the same value"
    for option in options:
        yield from _text("label of a choice", option.get("label"), 100, needed=True)
        yield from _text("value of a choice", option.get("value"), 100, needed=True)
        yield from _text("description of a choice", option.get("description"), 100)


def _of_span(component: dict[str, Any], most: int) -> Iterator[str]:
    options = len(component.get("options") or []) or most
    least = component.get("min_values")
    greatest = component.get("max_values")
    least, greatest = 1 if least is None else least, 1 if greatest is None else greatest
    if component.get("type") == CHECKBOXES and component.get("max_values") is None:
        greatest = options
    if not (0 <= least <= greatest <= min(most, options)) or greatest < 1:
        yield f"{component.get('custom_id')!r} takes {least} to {greatest} of {options}"


def _identified(component: dict[str, Any]) -> Iterator[str]:
    yield from _text("custom_id", component.get("custom_id"), CUSTOM_ID, needed=True)


def _unlike(everything: Sequence[dict[str, Any]]) -> Iterator[str]:
    ids = [each["custom_id"] for each in everything if each.get("custom_id")]
    for custom_id in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"the custom_id {custom_id!r} stands twice in one message"


def _text(what: str, text: Any, limit: int, *, needed: bool = False) -> Iterator[str]:
    if needed and not text:
        yield f"{what} is missing"
    elif text is not None and not isinstance(text, str):
        yield f"{what} is {type(text).__name__}, not text"
    elif text and len(text) > limit:
        yield f"{what} has {len(text)} characters, more than {limit}: {text[:40]!r}…"
