"""A channel as one page of HTML that looks like a chat, with everything in it: nothing is fetched from anywhere.

Messages stand as they were at the end, with how often they were edited; pictures are in the page; a message that only
one member saw says so, and what was deleted leaves a line.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rehearsal.component_limits import BUTTON, CONTAINER, GALLERY, ROW, SECTION, SELECTS, SEPARATOR, TEXT
from rehearsal.markdown import to_html
from rehearsal.world import Channel, File, Message, World

STYLE = (Path(__file__).parent / "transcript.css").read_text()
_BUTTONS = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary"}
_COLOURS = ("#f0b232", "#57f287", "#eb459e", "#5865f2", "#ed4245", "#3ba55c", "#faa61a")


def page(
    world: World,
    channel: Channel,
    title: str,
    *,
    messages: Sequence[Message] | None = None,
    hidden: Collection[int] = (),
    now: datetime | None = None,
) -> str:
    """The channel's messages, or those given, without the `hidden` ones."""
    shown = [m for m in (_everything(world, channel) if messages is None else messages) if m.id not in hidden]
    names = _names(world)
    at = now or datetime.now(UTC)
    body = "\n".join(_message(world, each, names, at) for each in shown)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f'<header><span class="hash">#</span>{html.escape(channel.name)}'
        f'<span class="topic">{html.escape(title)}</span></header><main>{body}</main></body></html>\n'
    )


def _everything(world: World, channel: Channel) -> list[Message]:
    here = [message for message in world.messages.values() if message.channel_id == channel.id]
    return sorted(here, key=lambda message: message.id)


def _message(world: World, message: Message, names: dict[int, str], now: datetime) -> str:
    if message.deleted:
        return '<article class="gone"><p>A message was deleted.</p></article>'
    used = ""
    if message.answers is not None:
        user, command = message.answers
        face = _avatar(user.id, user.name, "tiny")
        used = f'<div class="used">{face}<b>{html.escape(user.name)}</b> used /{html.escape(command)}</div>'
    edited = f'<span class="edited">(edited {_times(message.edits)})</span>' if message.edits else ""
    parts = [to_html(message.content, names, now) + (f" {edited}" if message.content else "")]
    parts += [_embed(world, message, embed, names, now) for embed in message.embeds]
    used_files = {name for name in _referred(message)}
    pictures = [file for file in message.files if file.name not in used_files]
    if pictures:
        parts.append(
            f'<div class="files n{min(len(pictures), 4)}">{"".join(_file(file) for file in pictures)}</div>'
        )
    parts += [_component(message, each, names, now) for each in message.components]
    if message.loading:
        parts.append('<p class="thinking">likeness is thinking…</p>')
    if message.only_for is not None:
        who = html.escape(message.only_for.name)
        parts.append(f'<p class="only">Only {who} can see this</p>')
    tag = '<span class="app">APP</span>' if message.author.bot else ""
    name = message.author.name
    return (
        f'<article class="{"ephemeral" if message.only_for else ""}">{used}{_avatar(message.author.id, name)}'
        f'<div class="body"><div class="who"><b>{html.escape(name)}</b>{tag}'
        f"<time>{message.at:%H:%M}</time></div>{''.join(part for part in parts if part)}</div></article>"
    )


def _embed(
    world: World, message: Message, embed: dict[str, Any], names: dict[int, str], now: datetime
) -> str:
    colour = f"#{int(embed.get('color') or 0x4F545C):06x}"
    inside = [f'<div class="title">{html.escape(embed["title"])}</div>'] if embed.get("title") else []
    inside += [f"<div>{to_html(embed['description'], names, now)}</div>"] if embed.get("description") else []
    fields = "".join(
        f'<div class="field{" inline" if field.get("inline") else ""}"><b>{html.escape(field["name"])}</b>'
        f"<div>{to_html(field['value'], names, now)}</div></div>"
        for field in embed.get("fields") or ()
    )
    inside += [f'<div class="fields">{fields}</div>'] if fields else []
    inside += [_picture(message, (embed.get(key) or {}).get("url")) for key in ("image", "thumbnail")]
    if embed.get("footer"):
        inside.append(f'<div class="footer">{html.escape(embed["footer"].get("text") or "")}</div>')
    return f'<div class="embed" style="border-color:{colour}">{"".join(inside)}</div>'


def _component(message: Message, part: dict[str, Any], names: dict[int, str], now: datetime) -> str:
    kind = part.get("type")
    inside = part.get("components") or []
    if kind == ROW:
        return f'<div class="row">{"".join(_component(message, each, names, now) for each in inside)}</div>'
    if kind == BUTTON:
        emoji = html.escape((part.get("emoji") or {}).get("name") or "")
        label = " ".join(each for each in (emoji, html.escape(part.get("label") or "")) if each)
        off = " off" if part.get("disabled") else ""
        return f'<span class="button {_BUTTONS.get(int(part.get("style") or 2), "secondary")}{off}">{label}</span>'
    if kind in SELECTS:
        ticked = [option["label"] for option in part.get("options") or () if option.get("default")]
        shown = ", ".join(ticked) or part.get("placeholder") or "Make a selection"
        return f'<span class="menu">{html.escape(shown)}<span class="arrow">⌄</span></span>'
    if kind == TEXT:
        return f"<div>{to_html(part.get('content') or '', names, now)}</div>"
    if kind == GALLERY:
        items = [_picture(message, (item.get("media") or {}).get("url")) for item in part.get("items") or ()]
        return f'<div class="files n{min(len(items), 4)}">{"".join(items)}</div>'
    if kind == SEPARATOR:
        return "<hr>"
    if kind == SECTION:
        extra = [part["accessory"]] if part.get("accessory") else []
        inner = "".join(_component(message, each, names, now) for each in [*inside, *extra])
        return f'<div class="section">{inner}</div>'
    if kind == CONTAINER:
        colour = f"#{int(part.get('accent_color') or 0x4F545C):06x}"
        inner = "".join(_component(message, each, names, now) for each in inside)
        return f'<div class="embed" style="border-color:{colour}">{inner}</div>'
    return ""


def _picture(message: Message, url: str | None) -> str:
    """A picture an embed or a gallery refers to: one of the message's own files."""
    name = (url or "").removeprefix("attachment://").split("?")[0].rsplit("/", 1)[-1]
    return next((_file(file) for file in message.files if name and file.name == name), "")


def _referred(message: Message) -> set[str]:
    urls = [(embed.get(key) or {}).get("url") for embed in message.embeds for key in ("image", "thumbnail")]
    return {(url or "").removeprefix("attachment://").split("?")[0].rsplit("/", 1)[-1] for url in urls if url}


def _file(file: File) -> str:
    if not file.content_type.startswith("image/"):
        return f'<div class="file">File: {html.escape(file.name)} · {len(file.data):,} bytes</div>'
    data = base64.b64encode(file.data).decode()
    alt = html.escape(file.description or file.name)
    veil = ' class="veiled"' if file.name.startswith("SPOILER_") else ""
    return f'<figure{veil}><img alt="{alt}" src="data:{file.content_type};base64,{data}"></figure>'


def _avatar(number: int, name: str, size: str = "") -> str:
    colour = _COLOURS[sum(name.encode()) % len(_COLOURS)]
    return f'<span class="avatar {size}" style="background:{colour}">{html.escape(name[:1].upper())}</span>'


def _names(world: World) -> dict[int, str]:
    named = {user.id: user.name for user in world.users.values()}
    named |= {role.id: role.name for role in world.roles.values()}
    return named | {channel.id: channel.name for channel in world.channels.values()}


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
