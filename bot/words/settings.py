"""What `/settings` says."""

from __future__ import annotations

from bot.words import in_code
from studio.preferences import ChannelPreferences, MemberPreferences, ServerPreferences

SETTINGS = "How this channel, this server and your own wishes use the studio"
CHANNEL = "How a channel uses the studio; without options: how it does now"
SERVER = "Where moderators and the gallery are; without options: where they are now"
ME = "What your wishes are like when they do not say; and your strikes"

WHICH_CHANNEL = "Which channel; empty for this one"
ALLOWED = "Whether pictures may be asked for here"
PREVIEWS = "Whether half-drawn pictures are shown here"
SPOILER = "Whether pictures are hidden until somebody clicks them"
SIZE = "Size of a picture where the wish does not say, like 512x768"
STEPS = "Steps of a picture where the wish does not say"
RESET = "Back to how the studio comes"
MODERATORS = "Where moderators are told of reports, appeals, erasures and the ledger's head"
GALLERY = "Where the gallery and the nightly pictures are posted"
PUBLIC = "A command whose answer everybody may see, or not"
EVERYBODY = "Whether everybody may see its answer"
NEGATIVE = "What to keep out of your pictures where the wish does not say"
CFG = "How closely to follow the prompt where the wish does not say"
SAMPLER = "How to get from noise to picture where the wish does not say"
TELL = "Whether I may write you direct messages; empty means as before"

PUBLIC_NEEDS_BOTH = "Say both: `public` is which command, `everybody` whether everybody may see its answer."


def bad_size(text: str) -> str:
    """A size that is none."""
    return f"A size is two numbers of pixels, like 512x768, not {in_code(text)}."


def channel(mention: str, view: ChannelPreferences) -> str:
    """How a channel uses the studio."""
    if not view.allowed:
        return f"**{mention}**\nPictures and trainings cannot be asked for here."
    size = f"{view.width}×{view.height}" if view.width else "as the base model likes it"
    return "\n".join([
        f"**{mention}**",
        "Pictures and trainings may be asked for.",
        f"Half-drawn pictures are {'' if view.previews else 'not '}shown.",
        f"Pictures are {'hidden until clicked' if view.spoiler else 'shown at once'}.",
        f"Where a wish does not say: size {size}, {view.steps or 20} steps.",
    ])


def server(view: ServerPreferences) -> str:
    """What a server has set."""
    public = ", ".join(f"`/{name}`" for name in view.public_commands) or "none"
    return "\n".join([
        f"Moderators are told in {_channel(view.moderators_channel)}.",
        f"The gallery is {_channel(view.gallery_channel)}.",
        f"Everybody sees the answers of: {public}.",
    ])


def member(view: MemberPreferences) -> str:
    """What somebody's wishes are like."""
    follow = f"{view.guidance:g}" if view.guidance else "as the base model likes it"
    return "\n".join([
        "Where your wishes do not say:",
        f"- keep out: {in_code(view.negative) if view.negative else 'nothing'}",
        f"- steps: {view.steps or 'as the channel has it'}",
        f"- cfg: {follow}",
        f"- sampler: {view.sampler or 'the usual one'}",
        f"I {'may' if view.tell_by_dm else 'do not'} write you direct messages.",
    ])


def _channel(place: str | None) -> str:
    return f"<#{place.partition(':')[2]}>" if place else "nowhere yet"
