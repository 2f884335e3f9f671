"""A studio whose subject agreed to everything and was seen live, on the bot's stage."""

from __future__ import annotations

from studio import delivery
from tests.bot.conftest import Server, png
from tests.studio.conftest import People
from tests.studio.evenings import draw, live_subject, picture

__all__ = ["draw", "live", "made", "png"]


def people(server: Server) -> People:
    """Those of the stage as the studio knows them."""
    return People(
        radke=server.party(server.radke),
        anna=server.party(server.anna),
        mo=server.party(server.mo, is_moderator=True),
    )


def live(server: Server) -> None:
    """Radke, who agrees to everything and was seen live, is learnt."""
    live_subject(server.studio, people(server))


def made(server: Server, *, message: int = 900) -> str:
    """A picture Anna asked for in the channel, drawn and brought to a message."""
    channel = f"discord:{server.channel.id}:{message}"
    return picture(server.studio, server.party(server.anna), channel=channel)


def brought(server: Server, job_id: str) -> bytes:
    """The bytes of a picture as they were handed over."""
    png_bytes = delivery.fetch(server.studio, job_id).png
    assert png_bytes is not None
    return png_bytes
