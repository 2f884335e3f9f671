"""Who asks for a picture, where, and of what sort: what a scope can be particular about."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from consent.errors import Reason


@dataclass(frozen=True)
class Control:
    """A picture that steers the drawing. `pose` keeps key points only; canny, depth, tile, img2img keep a face.

    For those that do: `of` names the subjects it shows, or `nobody_real` is the asker's word that it shows nobody.
    """

    kind: str
    of: frozenset[str] = frozenset()
    nobody_real: bool = False

    @property
    def keeps_a_face(self) -> bool:
        """Whether somebody's face comes through it; a kind that is not known here is taken to."""
        return self.kind != "pose"


@dataclass(frozen=True)
class Asking:
    """What is known of a wish. What is None is not known, and a scope that is particular about it then says no.

    party      who asks
    roles      the asker's roles, in the door's own words
    place      where: the door, and its channel if it has channels (`discord:123`, `terminal`)
    stylised   whether the prompt asks for a stylised picture (`is_stylised`)
    control    a picture that steers the drawing
    approved   handles of the subjects who have approved this very picture
    prompt     the words that are to be drawn, `negative` those to keep away from, `pose_prompt` those drawn for a pose
    captions   what the photos of a training are said to show
    """

    party: UUID | None = None
    roles: frozenset[str] = frozenset()
    place: str | None = None
    stylised: bool | None = None
    control: Control | None = None
    approved: frozenset[str] = frozenset()
    prompt: str | None = None
    negative: str = ""
    pose_prompt: str = ""
    captions: tuple[str, ...] = ()


STYLES = (
    "anime", "caricature", "cartoon", "charcoal drawing", "children's book illustration", "claymation", "comic",
    "engraving", "etching", "fresco", "gouache", "illustration", "impressionist", "ink drawing", "line art",
    "linocut", "low poly", "manga", "mosaic", "oil painting", "origami", "painting", "paper cut", "pastel",
    "pencil drawing", "pixel art", "pop art", "sketch", "stained glass", "ukiyo-e", "vector art", "watercolor",
    "watercolour", "woodcut",
)
"""What makes a prompt stylised: one of these words in it …"""

PHOTOGRAPHIC = (
    "dslr", "hyperrealistic", "hyper realistic", "photo", "photograph", "photographic", "photography", "photoreal",
    "photorealism", "photorealistic", "photos", "raw photo", "realistic", "selfie", "snapshot",
)
"""… and none of these."""


def is_stylised(prompt: str) -> bool:
    """Whether a prompt asks for something nobody would take for a photo.

    A list of words, and no more than that: it says what was asked for, not what was drawn.
    """
    letters = "".join(letter if letter.isalnum() or letter in "'-" else " " for letter in prompt.casefold())
    words = f" {' '.join(letters.split())} "
    return any(f" {style} " in words for style in STYLES) and not any(f" {word} " in words for word in PHOTOGRAPHIC)


def against_control(control: Control | None, handles: frozenset[str]) -> list[Reason]:
    """A face in a control picture belongs to somebody in this very job, whose consent is asked with it, or to nobody.

    The rule stands here before any control but the pose exists, so that the first one cannot go around it.
    """
    if control is None or not control.keeps_a_face or control.nobody_real:
        return []
    if control.of and control.of <= handles:
        return []
    return [Reason("face_in_control", f"A {control.kind} picture keeps the face of whoever is in it: name the "
                                      "subjects it shows and bring them into the prompt, or say that it shows "
                                      "nobody real.")]
