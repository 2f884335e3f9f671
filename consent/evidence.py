"""How it is known that a yes was the person's own: the kinds of evidence, and what each carries.

A  `live`      their own account, and a live challenge a moderator has seen (`consent/challenge.py`)
B  `link`      a one-time link for somebody without an account, and a challenge or a call
C  `document`  a signed document that two moderators have read
   `word`      a moderator's word alone, for somebody they know; every consent from before there were kinds
   `two_pairs` of a character: its creator, and a moderator who confirms that it is nobody real

What nobody has seen live is not drawn unasked and not shown around: `document` and `word` never carry the nightly
pictures or the gallery.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from consent.scope import Purpose


class Evidence(StrEnum):
    """What a moderator has confirmed a yes by."""

    LIVE = "live"
    LINK = "link"
    DOCUMENT = "document"
    WORD = "word"
    TWO_PAIRS = "two_pairs"


_ALL = frozenset(Purpose)
_SEEN_ONLY_WHEN_ASKED = _ALL - {Purpose.NIGHTLY, Purpose.GALLERY}

CARRIES: Mapping[Evidence, frozenset[Purpose]] = MappingProxyType({
    Evidence.LIVE: _ALL,
    Evidence.LINK: _ALL,
    Evidence.DOCUMENT: _SEEN_ONLY_WHEN_ASKED,
    Evidence.WORD: _SEEN_ONLY_WHEN_ASKED,
    Evidence.TWO_PAIRS: _ALL,
})
"""The purposes each kind is good for; what is not here is good for nothing."""

IN_WORDS: Mapping[Evidence, str] = MappingProxyType({
    Evidence.LIVE: "their own account and a live challenge",
    Evidence.LINK: "a one-time link and a challenge or a call",
    Evidence.DOCUMENT: "a signed document read by two moderators",
    Evidence.WORD: "a moderator's word",
    Evidence.TWO_PAIRS: "two pairs of eyes: nobody real, and no portrayed actor",
})
"""Each kind as it reads after “verified by”."""
