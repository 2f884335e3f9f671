"""The live challenge: random words to show and a pose to take, that nobody has a picture of beforehand.

Shared fixed poses get replayed; a combination that was drawn a moment ago does not. 60³ triples of words times
12 × 10 × 8 poses are 207 million challenges, and each holds for half an hour and once.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consent.errors import Reason

VALID = timedelta(minutes=30)
SALT_BYTES = 32

_WORDS = (
    "amber anchor apple arrow basket beacon birch bridge bucket button candle canyon carpet cedar circle cloud copper "
    "coral cotton cradle desert dragon engine falcon feather fiddle forest garden ginger hammer harbor island ivory "
    "jacket kettle ladder lantern lemon marble meadow mirror needle ocean orange paddle pebble pepper pillow planet "
    "rabbit ribbon river saddle silver spoon thunder tunnel velvet violin window"
)
WORDS = tuple(_WORDS.split())
HANDS = (
    "your left hand on your right ear", "your right hand on your left ear", "your left hand on top of your head",
    "your right hand flat under your chin", "your left hand on your right shoulder",
    "your right hand on your left shoulder", "two fingers of your left hand up", "three fingers of your right hand up",
    "your left thumb up beside your face", "your right fist against your left palm", "your left hand behind your head",
    "your right hand over your left elbow",
)
HEADS = (
    "your head turned to the left", "your head turned to the right", "your head tilted to the left",
    "your head tilted to the right", "your chin up", "your chin down", "looking over your left shoulder",
    "looking over your right shoulder", "looking up with your head still", "looking straight into the camera",
)
FACES = (
    "smiling", "with puffed cheeks", "with raised eyebrows", "with one eye closed", "with an open mouth",
    "with pressed lips", "frowning", "with a closed mouth and no smile",
)


@dataclass(frozen=True)
class Challenge:
    """What a person is asked to show: the words on a sheet of paper, and a pose."""

    words: str
    pose: str


def draw(choose: Callable[[Sequence[str]], str]) -> Challenge:
    """A challenge, by a chooser that nobody can foresee (`secrets.choice`)."""
    words = " ".join(choose(WORDS) for _ in range(3))
    return Challenge(words, f"{choose(HANDS)}, {choose(HEADS)}, {choose(FACES)}")


def digest_of(picture: bytes, salt: bytes) -> str:
    """What stays of a picture (hex): enough to know it again, nothing to see it by."""
    return hmac.new(salt, picture, hashlib.sha256).hexdigest()


def against_answer(now: datetime, *, expires_at: datetime, answered: bool, seen_before: bool) -> list[Reason]:
    """Every reason not to take an answer."""
    reasons = []
    if now >= expires_at:
        minutes = VALID.seconds // 60
        reasons.append(Reason("too_late", f"A challenge holds for {minutes} minutes: ask for a new one."))
    if answered:
        reasons.append(Reason("answered", "This challenge was answered already: ask for a new one."))
    if seen_before:
        reasons.append(Reason("replayed", "This picture was shown before: take a new one, now, for these words."))
    return reasons
