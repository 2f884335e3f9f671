"""The card's two lines over real sockets: bot, runner and database as three processes, from photos to a picture."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from cli import rehearse
from rehearsal import programs
from rehearsal.programs import Program
from rehearsal.server import Discord
from tests.postgres import fresh, postgres
from tests.rehearsal.stage import PATIENCE, ROOT

# Half a minute of learning is left out: what is learnt well is measured elsewhere.
SHORT = """
import dataclasses, sys
from cli.main import main
from studio import plans
whole = plans.plan_for
def short(*arguments, **options):
    return dataclasses.replace(whole(*arguments, **options), epochs=2, steps_per_epoch=4, prior_images=2)
plans.plan_for = short
sys.exit(main(["bot"]))
"""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    yield from postgres()


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_photos_and_a_yes_go_in_a_posed_picture_comes_out_and_all_of_it_goes_again(
    tmp_path: Path, server: str
) -> None:
    async with Discord(first_answer=PATIENCE) as discord:
        environment = {
            **discord.environment,
            "DATABASE_URL": fresh(server),
            "DISCORD_GUILDS": str(discord.world.id),
            "PYTHONPATH": str(ROOT),
        }
        bot = Program("bot", tmp_path, environment, [sys.executable, "-c", SHORT])
        runner = programs.runner(tmp_path, environment)
        try:
            transcript = tmp_path / "transcript.html"
            heard = await rehearse.rehearse(discord, bot, runner, transcript, photos=12)
        finally:
            await bot.stop()
            await runner.stop()

        picture = Image.open(io.BytesIO(heard.picture_bytes))
        assert "Seed: 11" in picture.text["parameters"]  # type: ignore[attr-defined]
        assert heard.picture.content.startswith("AI-generated · radke, with consent · asked by @anna")
        assert len(set(picture.convert("L").get_flattened_data())) > 20
        assert discord.violations == []
        assert discord.world.thinking() == []
        assert discord.exchange.slow() == []
        assert [
            m for m in discord.world.messages.values() if m.files and not m.deleted and m.only_for is None
        ] == []
        assert all("has withdrawn" in words or "stopped" in words for words in heard.refusals[2:])
        assert "A message was deleted." in transcript.read_text()
