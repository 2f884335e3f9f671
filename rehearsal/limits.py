"""The limits Discord publishes for messages, as sentences about what breaks them.

Source: docs.discord.com, “Message”, “Embed limits” and “Create Message”. Each check yields one sentence for each thing
that Discord would refuse, and for what it would let pass although a bot should not send it (open mentions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rehearsal.component_limits import of_components
from rehearsal.payloads import MOST_BYTES
from rehearsal.world import COMPONENTS_V2

CONTENT, EMBEDS, EMBED_TOTAL, FIELDS, FILES = 2_000, 10, 6_000, 25, 10
DESCRIPTION_OF_FILE, NONCE, FILE_NAME = 1_024, 25, 260
_EMBED_TEXTS = {"title": 256, "description": 4_096}
_MENTION = re.compile(r"@everyone|@here|<@[!&]?\d+>")


def of_message(body: dict[str, Any], files: Sequence[tuple[str, bytes]] = ()) -> Iterator[str]:
    """What is wrong with the body of a message, to be made or edited, and the files uploaded with it."""
    yield from too_long("content", body.get("content"), CONTENT)
    yield from too_long("nonce", body.get("nonce"), NONCE)
    yield from of_embeds(body.get("embeds") or [])
    yield from of_mentions(body)
    yield from of_files(body.get("attachments"), files)
    rich = bool(int(body.get("flags") or 0) & COMPONENTS_V2)
    yield from of_components(body.get("components") or [], rich=rich)
    if rich and (body.get("content") or body.get("embeds")):
        yield "a message of layout components has neither content nor embeds"


def of_new_message(body: dict[str, Any], files: Sequence[tuple[str, bytes]] = ()) -> Iterator[str]:
    """The same for one that does not exist yet, which must not be empty."""
    yield from of_message(body, files)
    if (
        not any(body.get(part) for part in ("content", "embeds", "components", "sticker_ids", "poll"))
        and not files
    ):
        yield "a message cannot be empty"


def of_embeds(embeds: Sequence[dict[str, Any]]) -> Iterator[str]:
    """At most ten, and 6,000 characters together."""
    if len(embeds) > EMBEDS:
        yield f"{len(embeds)} embeds are more than {EMBEDS}"
    total = 0
    for embed in embeds:
        texts = [(key, embed.get(key), limit) for key, limit in _EMBED_TEXTS.items()]
        texts.append(("footer", (embed.get("footer") or {}).get("text"), 2_048))
        texts.append(("author", (embed.get("author") or {}).get("name"), 256))
        fields = embed.get("fields") or []
        if len(fields) > FIELDS:
            yield f"{len(fields)} fields of an embed are more than {FIELDS}"
        for field in fields:
            if not field.get("name") or not field.get("value"):
                yield "a field of an embed has no name or no value"
            texts += [("field name", field.get("name"), 256), ("field value", field.get("value"), 1_024)]
        for what, text, limit in texts:
            yield from too_long(f"embed {what}", text, limit)
            total += len(text or "")
    if total > EMBED_TOTAL:
        yield f"the embeds have {total} characters together, more than {EMBED_TOTAL}"


def of_mentions(body: dict[str, Any]) -> Iterator[str]:
    """Mentions must be closed: nobody is pinged by what somebody typed, only people named one by one."""
    allowed = body.get("allowed_mentions")
    if allowed is None:
        if _MENTION.search(body.get("content") or ""):
            yield "a message that mentions somebody does not say who may be pinged (allowed_mentions)"
        return
    if allowed.get("parse"):
        yield f"allowed_mentions is open: {allowed['parse']}"


def of_files(described: Sequence[dict[str, Any]] | None, files: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    """At most ten files, of ten MiB together with the request."""
    if max(len(files), len(described or ())) > FILES:
        yield f"more than {FILES} files"
    for name, data in files:
        if len(data) > MOST_BYTES:
            yield f"{name} has {len(data)} bytes, more than {MOST_BYTES}"
        if not name or len(name) > FILE_NAME or "/" in name:
            yield f"{name!r} is no name of a file"
    for each in described or ():
        yield from too_long("description of a file", each.get("description"), DESCRIPTION_OF_FILE)


def too_long(what: str, text: Any, limit: int) -> Iterator[str]:
    """One sentence when a text has more characters than it may."""
    if text is not None and not isinstance(text, str):
        yield f"{what} is {type(text).__name__}, not text"
    elif text and len(text) > limit:
        yield f"{what} has {len(text)} characters, more than {limit}: {text[:40]!r}…"
