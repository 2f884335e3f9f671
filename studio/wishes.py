"""A wish as it is meant: what somebody said, and where they were silent, what they and the channel like."""

from __future__ import annotations

from typing import Any

from consent.people import Actor
from generation.request import ImageWish
from studio import preferences
from studio.gate import place_of
from studio.house import Studio


def wish_for(studio: Studio, actor: Actor, channel: str | None, prompt: str, **said: Any) -> ImageWish:
    """The wish of a prompt and whatever was said beside it (None and "" say nothing).

    What was said counts first, then what the member likes, then what the channel does, then what everybody gets.
    Width and height belong together: half a size of one and half of another is nobody's.
    """
    place = preferences.channel(studio, place_of(channel))
    member = preferences.member(studio, actor.party)
    likes: dict[str, Any] = {
        "width": place.width,
        "height": place.height,
        "steps": member.steps or place.steps,
        "guidance": member.guidance,
        "sampler": member.sampler,
        "negative": member.negative,
    }
    spoken = {name: value for name, value in said.items() if value not in (None, "")}
    if "width" in spoken or "height" in spoken:
        likes = {name: value for name, value in likes.items() if name not in ("width", "height")}
    silent = {name: value for name, value in likes.items() if name not in spoken and value not in (None, "")}
    return ImageWish(prompt, **spoken, **silent)
