"""A receipt as a page a person can read: one HTML file that needs nothing else, on a screen or on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from consent.receipt import PII_TYPES, WITHDRAWAL, Happening, Receipt
from consent.scope import Purpose

PURPOSES = {
    Purpose.TRAIN: "learn a file from your photos that draws your likeness",
    Purpose.GENERATE: "draw you when a member asks for it",
    Purpose.NIGHTLY: "draw you in the nightly pictures, which nobody asked for in particular",
    Purpose.GALLERY: "show pictures of you in the community's gallery",
    Purpose.MEASURE_LIKENESS: "compare pictures with your photos, to see how alike they are",
}

STANDS = {
    "asked": "You have been asked, and have not answered yet. Nothing is stored or made.",
    "given": "You said yes. Nothing is made until a moderator has confirmed that it was you.",
    "active": "Your consent is active.",
    "paused": "Your consent rests: nothing is made or handed over, and nothing is deleted.",
    "refused": "You said no. Nothing is stored or made.",
    "withdrawn": "You took your consent back. Nothing new is made.",
    "revoked": "A moderator ended your consent. What there was of you is erased.",
    "expired": "Your consent has run out. Nothing new is made.",
    "invalidated": "Your consent was found not to be your own. What was made under it is erased.",
}

HAPPENED = {
    "asked": "you were asked",
    "given": "you said yes",
    "attested": "a moderator read your signed yes",
    "verified": "a moderator confirmed that it was you",
    "refused": "you said no",
    "narrowed": "you took a part of it back",
    "widened": "you agreed to more",
    "renewed": "you moved its end",
    "paused": "it was paused",
    "resumed": "the pause ended",
    "withdrawn": "you took it back",
    "revoked": "a moderator ended it",
    "expired": "it ran out",
    "invalidated": "it was found not to be your own",
}

_STYLE = """
body { font: 17px/1.5 Georgia, serif; color: #222; background: #fff; max-width: 42rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.7rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; } td { padding: .25rem .6rem .25rem 0; vertical-align: top; }
td:first-child { white-space: nowrap; } ul { padding-left: 1.2rem; margin: .3rem 0; }
.no { color: #666; } code, pre { font: .8rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border-left: 3px solid #ccc; padding-left: .8rem; }
footer { margin-top: 2rem; border-top: 1px solid #ccc; font-size: .85rem; color: #444; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2 { break-after: avoid; } }
"""


def page(receipt: Receipt) -> str:
    """The page (UTF-8). No script, no picture, nothing from elsewhere; every word that came from people is escaped."""
    handle, ends = escape(receipt.handle), _day(receipt.scope.expires_at)
    running = receipt.state in ("asked", "given", "active", "paused")
    return "\n".join([
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Consent receipt: {handle}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        f"<h1>Consent receipt</h1>\n<p>for <strong>{handle}</strong>, version {receipt.version}, "
        f"issued on {_day(receipt.issued_at)} by {escape(receipt.controller)}</p>",
        f"<p><strong>{STANDS.get(receipt.state, escape(receipt.state))}</strong>"
        f"{f' It ends by itself on {ends}.' if running else ''}</p>",
        "<h2>What you agreed to</h2>",
        _rows(_agreed(receipt)),
        "<h2>Within these limits</h2>",
        _list(receipt.sentences[1:]),
        "<h2>What is kept of you, where and how long</h2>",
        _list(kind[0].upper() + kind[1:] + "." for kind in PII_TYPES),
        f"<p>On the computer of {escape(receipt.controller)} alone, encrypted under a key of your own; sent to nobody "
        f"else. {escape(receipt.retention)}</p>",
        f"<h2>How to stop</h2>\n<p>{escape(WITHDRAWAL)}</p>",
        "<h2>How it is known that it was you</h2>",
        f"<p>{_verified(receipt)}</p>",
        "<h2>What happened</h2>",
        _rows(_happened(happening) for happening in receipt.happenings),
        f"<h2>What you were told before</h2>\n{_notice(receipt)}",
        f"<footer><p>Receipt <code>{receipt.receipt_id}</code>, record <code>{receipt.record_id}</code>, you are "
        f"<code>{receipt.principal}</code>.</p>",
        f"<p>The ledger's head when this was written: <code>{receipt.ledger_head}</code>. Keep it: with this line "
        "anybody can check later that the ledger was neither cut nor written anew "
        "(<code>likeness audit verify --anchors THIS-FILE</code>).</p></footer>",
        "</body>\n</html>\n",
    ])


def _agreed(receipt: Receipt) -> Iterable[tuple[str, str]]:
    for purpose, words in PURPOSES.items():
        agreed = purpose in receipt.scope.purposes
        yield ("✓ yes" if agreed else "– no"), (words if agreed else f'<span class="no">{words}</span>')


def _happened(happening: Happening) -> tuple[str, str]:
    words = HAPPENED.get(happening.kind.removeprefix("consent."), escape(happening.kind))
    by = f" ({escape(happening.name)})" if happening.name else ""
    return f"{happening.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC", f"{words}{by}"


def _verified(receipt: Receipt) -> str:
    if receipt.verified_by is None:
        return "Nobody has confirmed it yet, so nothing is made."
    alone = (
        " One moderator alone has confirmed consents in this community so far; that moderator may train nobody."
        if receipt.one_moderator
        else ""
    )
    return f"{escape(receipt.verified_by)} confirmed it by {escape(receipt.evidence)}.{alone}"


def _notice(receipt: Receipt) -> str:
    shown = f"Version {escape(receipt.notice_version)}, SHA-256 <code>{escape(receipt.notice_sha256)}</code>."
    text = f"<pre>{escape(receipt.notice)}</pre>" if receipt.notice else ""
    return f"<p>{shown}</p>{text}"


def _rows(rows: Iterable[tuple[str, str]]) -> str:
    return "<table>" + "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in rows) + "</table>"


def _list(lines: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y}"
