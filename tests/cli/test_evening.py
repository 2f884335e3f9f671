"""What an evening of the demo leaves to look at."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from cli import demo, files
from cli.cast import likeness_of, photos_of, portrait_pose, scenes
from cli.company import Company
from cli.evening import Drawn, Evening, Goodbye, Learning, Pair, Scene
from cli.paper import MARGIN
from cli.sheet import WIDTH, draw_sheet
from cli.stage import Stage
from cli.story import tell
from cli.waiting import meter
from generation.pose import read_pose
from studio import approvals, audit, work
from studio.house import open_studio
from studio.settings import Settings
from studio.train import ask_training
from studio.views import EventView, WithdrawalView
from studio.work import TrainingWork

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def evening() -> Evening:
    _, photos = photos_of("radke", 7)
    picture = Image.new("RGB", (64, 64), "#c04080")

    def drawn(prompt: str) -> Drawn:
        label = "AI-generated · radke, with consent · asked by @anna"
        return Drawn("picture-1", prompt, 7, picture, label, 0.5, picture)

    return Evening(
        began_at=NOW,
        seed=7,
        base_model="miniature",
        home=Path("data"),
        photos=photos,
        consent="asked by anna, given by radke, verified by mo.",
        learning=Learning(False, 70.0, (("epoch 1 of 4", 0.41),), {"keys": 306}),
        pairs=[Pair(portrait_pose(0), drawn("a portrait"), drawn("<lora:radke:1> a portrait"))] * 6,
        scenes=[
            Scene(idea.name, idea.pose, drawn(f"<lora:radke:1> radke {idea.words}")) for idea in scenes()
        ],
        goodbye=Goodbye(WithdrawalView("vera", 1, 6, 0, 0), "cancelled", "", "vera has withdrawn."),
        ledger=[EventView(n, NOW, "consent.given", "a|b", "radke", None, None) for n in range(1, 41)],
        faults=0,
    )


def test_the_sheet_shows_the_subject_large_enough_to_recognise(evening: Evening) -> None:
    sheet = draw_sheet(evening)
    assert sheet.width == WIDTH
    first_photo = sheet.crop((MARGIN, 308, MARGIN + 170, 308 + 170))
    assert likeness_of(first_photo) > 0.8


def test_the_sheet_grows_with_the_scenes_and_is_cut_below_the_last_line(evening: Evening) -> None:
    whole, without = draw_sheet(evening), draw_sheet(replace(evening, scenes=[]))
    assert whole.height - without.height > 1000
    margin = whole.crop((0, whole.height - 40, WIDTH, whole.height))
    assert len(margin.getcolors() or []) == 1


def test_the_story_tells_the_whole_ledger_and_no_name_breaks_its_table(evening: Evening) -> None:
    lines = tell(evening, [("training", 70.0)]).splitlines()
    rows = [line for line in lines if "consent.given" in line]
    assert len(rows) == 40
    assert all(row.replace("\\|", "").count("|") == 7 for row in rows)


def test_the_story_says_how_long_it_took_and_where_things_are(evening: Evening) -> None:
    story = tell(evening, [("training", 70.0), ("drawing", 20.0)])
    assert "1 min 30 s" in story
    assert "data/demo/sheet.png" in story


def test_a_later_evening_does_not_tell_of_photos_that_nobody_handed_in(evening: Evening) -> None:
    later = replace(evening, learning=Learning(before=True))
    assert "Then anna handed in 18 photos" in tell(evening, [])
    assert "Then anna handed in" not in tell(later, [])
    assert "learnt, on an earlier evening" in tell(later, [])
    heading = (MARGIN, 240, WIDTH - MARGIN, 300)
    assert draw_sheet(later).crop(heading).tobytes() != draw_sheet(evening).crop(heading).tobytes()


def test_a_learnt_doll_is_handed_out_once_and_not_to_look_whether_it_is_learnt(tmp_path: Path) -> None:
    studio = open_studio(Settings.from_environment({}, home=tmp_path))
    try:
        files.make_folder(tmp_path / "demo")
        cast = demo.gather(studio)
        demo._consent(studio, "radke", cast.radke, cast)
        assert not demo._export(studio, cast)
        photos, _ = photos_of("radke", 7, 4)
        asked = ask_training(studio, cast.trainer, "radke", photos)
        claimed = work.claim(studio, approvals.approve(studio, cast.radke, asked.id).id)
        assert isinstance(claimed, TrainingWork)
        work.finish_training(studio, claimed, b"adapter of radke", {})
        with meter() as gauge:
            learning = demo._learning(Stage(studio, Company(studio), gauge), cast, 8)
        assert learning == Learning(before=True)
        assert len(audit.events(studio, kinds=["export.made"])) == 1
    finally:
        studio.close()
    assert (tmp_path / "demo" / "radke.safetensors").read_bytes() == b"adapter of radke"


def test_the_poses_come_in_three_kinds_and_each_is_recognised() -> None:
    kinds = {idea.pose.kind: read_pose(idea.pose.data).source for idea in scenes()}
    assert kinds == {"OpenPose JSON": "json", "skeleton map": "skeleton", "photo": "photo"}


def test_another_seed_is_another_session_of_the_same_doll() -> None:
    first, _ = photos_of("radke", 1, 4)
    second, shown = photos_of("radke", 2, 4)
    assert {photo.data for photo in first}.isdisjoint(photo.data for photo in second)
    assert likeness_of(shown[0]) > 0.8
    assert json.dumps([photo.caption for photo in first]).count("radke") == 4
