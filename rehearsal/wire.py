"""Reading a request's body: JSON, or a form of JSON and files; and putting it into a message."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from aiohttp import BodyPartReader, web

from rehearsal.world import COMPONENTS_V2, EPHEMERAL, LOADING, File, Message, World

Files = dict[int, tuple[str, bytes]]
_FILE_PART = re.compile(r"files\[(\d+)\]")


def written(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """An answer in JSON; Discord names no charset, and discord.py reads nothing that does."""
    body = json.dumps(data).encode()
    return web.Response(
        body=body, status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )


async def read_body(request: web.Request) -> tuple[dict[str, Any], Files]:
    """The JSON of a request, and its files by their number."""
    if not request.can_read_body:
        return {}, {}
    if not request.content_type.startswith("multipart/"):
        body = await request.json()
        return (body if isinstance(body, dict) else {"list": body}), {}
    body, files = {}, {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        number = _FILE_PART.fullmatch(part.name or "")
        if number is not None:
            files[int(number[1])] = (part.filename or "", bytes(await part.read(decode=False)))
        elif part.name == "payload_json":
            body = json.loads(await part.text())
    return body, files


def write_into(world: World, message: Message, body: dict[str, Any], files: Files) -> None:
    """Make or edit a message: what the body does not name stays as it is."""
    if "content" in body:
        message.content = body["content"] or ""
    if "embeds" in body:
        message.embeds = list(body["embeds"] or [])
    if "components" in body:
        message.components = list(body["components"] or [])
    message.files = _files(world, message, body, files)
    message.flags |= int(body.get("flags") or 0) & (EPHEMERAL | COMPONENTS_V2 | 1 << 2)
    message.flags &= ~LOADING


def edit(world: World, message: Message, body: dict[str, Any], files: Files) -> None:
    """Edit a message, and keep what it said before."""
    message.earlier.append(message.content)
    message.edited_at = datetime.now(UTC)
    write_into(world, message, body, files)


def _files(world: World, message: Message, body: dict[str, Any], files: Files) -> list[File]:
    """The files a message has after this body: `attachments` names those that stay and describes the new ones."""
    described = body.get("attachments")
    if described is None:
        fresh = [world.add_file(message.channel_id, name, data) for _, (name, data) in sorted(files.items())]
        return [*message.files, *fresh]
    there = {file.id: file for file in message.files}
    kept: list[File] = []
    for each in described:
        number = int(each["id"])
        if number in there:
            kept.append(there[number])
        elif number in files:
            name, data = files[number]
            kept.append(world.add_file(message.channel_id, name, data, each.get("description")))
    return kept
