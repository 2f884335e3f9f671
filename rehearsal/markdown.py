"""Discord's markdown as HTML: what bots write, which is less than what people write."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

_CODE_BLOCK = re.compile(r"```(?:\w+\n)?(.*?)```", re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")
_KEPT = re.compile("\x00(\\d+)\x00")
_TIME = re.compile(r"&lt;t:(-?\d+)(?::([tTdDfFR]))?&gt;")
_MENTION = re.compile(r"&lt;(@[!&]?|#)(\d+)&gt;")
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_PAIRS = (
    (re.compile(r"\*\*(.+?)\*\*", re.DOTALL), r"<b>\1</b>"),
    (re.compile(r"__(.+?)__", re.DOTALL), r"<u>\1</u>"),
    (re.compile(r"~~(.+?)~~", re.DOTALL), r"<s>\1</s>"),
    (re.compile(r"\|\|(.+?)\|\|", re.DOTALL), r'<span class="spoiler">\1</span>'),
    (re.compile(r"(?<![\w*])\*(?!\s)([^*\n]+?)\*(?![\w*])"), r"<i>\1</i>"),
    (re.compile(r"(?<![\w_])_(?!\s)([^_\n]+?)_(?![\w_])"), r"<i>\1</i>"),
)
_LINES = (
    (re.compile(r"^-# (.*)$"), "small"),
    (re.compile(r"^### (.*)$"), "h4"),
    (re.compile(r"^## (.*)$"), "h3"),
    (re.compile(r"^# (.*)$"), "h2"),
    (re.compile(r"^&gt; (.*)$"), "blockquote"),
    (re.compile(r"^[-*] (.*)$"), "li"),
)
_STYLES = {"t": "%H:%M", "T": "%H:%M:%S", "d": "%d/%m/%Y", "D": "%d %B %Y", "F": "%A, %d %B %Y %H:%M"}


def to_html(text: str, names: Mapping[int, str], now: datetime) -> str:
    """A text as a chat shows it; `names` of accounts, roles and channels, `now` for “in 3 minutes”."""
    kept: list[str] = []

    def keep(tag: str) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            kept.append(f"<{tag}>{html.escape(match[1].strip(chr(10)), quote=False)}</{tag}>")
            return f"\x00{len(kept) - 1}\x00"

        return replace

    text = _CODE.sub(keep("code"), _CODE_BLOCK.sub(keep("pre"), text))
    text = html.escape(text, quote=False)
    text = _MENTION.sub(lambda match: _mention(match[1], names.get(int(match[2]), match[2])), text)
    text = _TIME.sub(lambda match: _moment(int(match[1]), match[2] or "f", now), text)
    text = _LINK.sub(r'<span class="link">\1</span>', text)
    for pattern, replacement in _PAIRS:
        text = pattern.sub(replacement, text)
    text = "".join(_line(line) for line in text.split("\n"))
    text = text.removesuffix("<br>").replace(r"\*", "*").replace(r"\_", "_")
    return _KEPT.sub(lambda match: kept[int(match[1])], text)


def _line(line: str) -> str:
    for pattern, tag in _LINES:
        match = pattern.match(line)
        if match is not None:
            return f'<div class="{tag}">{match[1]}</div>'
    return f"{line}<br>"


def _mention(kind: str, name: str) -> str:
    return f'<span class="mention">{"#" if kind == "#" else "@"}{html.escape(name)}</span>'


def _moment(seconds: int, style: str, now: datetime) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    if style == "R":
        return f'<span class="moment">{_distance((at - now).total_seconds())}</span>'
    return f'<span class="moment">{at.strftime(_STYLES.get(style, "%d %B %Y %H:%M"))}</span>'


def _distance(seconds: float) -> str:
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
    unit, length = next(((name, long) for name, long in units if abs(seconds) >= long), units[-1])
    number = round(abs(seconds) / length)
    words = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"in {words}" if seconds >= 0 else f"{words} ago"
