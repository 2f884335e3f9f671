"""Photos of the doll world."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from miniature.canvas import Canvas
from miniature.drawing import draw_doll
from miniature.people import HAIR_SHAPES, RADKE, TOPS, VERA, random_outfit
from miniature.poses import ACTIONS, L_ANKLE, L_WRIST, NOSE, R_ANKLE, R_WRIST, random_figure
from miniature.scenes import BACKGROUNDS, draw_background
from miniature.world import TEST_SEEDS, TRAINING_SEEDS, more_captions, photograph, portrait_session

PROPS = ("sitting", "guitar", "drums", "skateboard", "basketball", "singing")


def pixels(image) -> np.ndarray:
    return np.asarray(image, dtype=int)


def drawn(figure, doll=RADKE, **clothes) -> np.ndarray:
    canvas = Canvas(64)
    draw_doll(canvas, doll, replace(random_outfit(Random(5), doll), **clothes), figure)
    return pixels(canvas.picture())


def test_the_same_seed_gives_the_same_photo_in_another_process() -> None:
    script = (
        "import hashlib; from miniature.world import photograph; "
        "p = photograph(41, size=96); "
        "print(hashlib.sha256(p.image.tobytes()).hexdigest(), p.caption, sep='|')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    photo = photograph(41, size=96)
    digest = hashlib.sha256(photo.image.tobytes()).hexdigest()
    assert told.stdout.strip() == f"{digest}|{photo.caption}"


def test_another_seed_gives_another_photo() -> None:
    assert len({photograph(seed, size=32).image.tobytes() for seed in range(20)}) == 20


def test_the_picture_of_a_seed_is_the_same_at_every_size() -> None:
    small, large = photograph(8, size=64), photograph(8, size=512)
    assert (small.caption, small.figure, small.doll) == (large.caption, large.figure, large.doll)
    shrunk = pixels(large.image.resize((64, 64), resample=4))
    assert np.abs(shrunk - pixels(small.image)).mean() < 4


def test_fixing_one_choice_leaves_the_others_as_they_were() -> None:
    free, placed = photograph(9, size=32), photograph(9, size=32, background="night", doll=VERA)
    assert placed.background == "night"
    assert placed.figure == free.figure


def test_key_points_lie_on_the_doll() -> None:
    for seed in range(24):
        snow, night = (photograph(seed, size=128, framing="full", background=b) for b in ("snow", "night"))
        differs = np.abs(pixels(snow.image) - pixels(night.image)).sum(axis=2)
        for joint in (NOSE, R_WRIST, L_WRIST, R_ANKLE, L_ANKLE):
            x, y = snow.figure.key_points[joint]
            assert differs[int(y * 128), int(x * 128)] == 0, (seed, joint)


def test_the_skeleton_is_drawn_over_the_figure_it_belongs_to() -> None:
    photo = photograph(3, size=128, framing="full")
    assert photo.skeleton.size == (128, 128)
    x, y = photo.figure.key_points[R_ANKLE]
    assert photo.skeleton.getpixel((int(x * 128), int(y * 128))) != (0, 0, 0)


@pytest.mark.parametrize("action", PROPS)
def test_an_action_with_a_thing_shows_the_thing(action: str) -> None:
    figure = random_figure(Random(2), action, "full")
    without = drawn(replace(figure, action="standing"))
    assert (np.abs(drawn(figure) - without).sum(axis=2) > 60).mean() > 0.002


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("framing", ["full", "half", "portrait"])
def test_every_action_can_be_photographed_in_every_framing(action: str, framing: str) -> None:
    photo = photograph(11, size=64, action=action, framing=framing)
    assert photo.image.size == (64, 64)
    assert photo.action == action
    assert photo.framing == ("full" if action in ("guitar", "drums") else framing)


def test_ten_places_look_like_ten_places() -> None:
    looks = {}
    for name in BACKGROUNDS:
        canvas = Canvas(64)
        draw_background(canvas, name, Random(1))
        looks[name] = pixels(canvas.picture())
    for name, look in looks.items():
        others = [np.abs(look - other).mean() for key, other in looks.items() if key != name]
        assert min(others) > 12, name
        assert len(np.unique(look.reshape(-1, 3), axis=0)) > 20


def test_every_garment_is_drawn_differently() -> None:
    figure = random_figure(Random(4), "standing", "half")
    assert len({drawn(figure, top=top).tobytes() for top in TOPS}) == len(TOPS)


def test_every_hair_shape_is_drawn_differently() -> None:
    figure = random_figure(Random(4), "standing", "portrait")
    looks = [drawn(figure, replace(RADKE, hair_shape=shape)) for shape in HAIR_SHAPES]
    for i, look in enumerate(looks):
        for other in looks[i + 1 :]:
            assert (np.abs(look - other).sum(axis=2) > 60).mean() > 0.005


def test_a_word_the_world_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(ValueError, match=r"no 'flying', only standing, waving"):
        photograph(1, action="flying")


@pytest.mark.parametrize("size", [0, 15, 5000])
def test_sizes_out_of_bounds_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="16 to 4096"):
        photograph(1, size=size)


def test_seeds_for_learning_and_for_measuring_never_meet() -> None:
    assert len(TEST_SEEDS) >= 1_000_000
    assert TEST_SEEDS.stop <= TRAINING_SEEDS.start
    assert not set(TEST_SEEDS[-3:]) & set(TRAINING_SEEDS[:3])


def test_a_photo_has_as_many_captions_as_asked_and_they_are_always_the_same() -> None:
    photo = photograph(21, size=16)
    assert photo.seed == 21
    captions = more_captions(photo, 12)
    assert len(set(captions)) > 4
    assert captions == more_captions(photograph(21, size=64), 12)
    assert captions[:4] == more_captions(photo, 4)


class TestSession:
    session = portrait_session(RADKE, "radke", size=64)

    def test_it_has_eighteen_photos_half_of_them_portraits(self) -> None:
        framings = [photo.framing for photo in self.session]
        assert len(framings) == 18
        assert (framings.count("portrait"), framings.count("half"), framings.count("full")) == (9, 6, 3)

    def test_it_is_always_the_same_doll_in_changing_clothes(self) -> None:
        assert {photo.doll for photo in self.session} == {RADKE}
        assert len({photo.outfit for photo in self.session}) == 18

    def test_it_visits_every_place(self) -> None:
        assert {photo.background for photo in self.session} == set(BACKGROUNDS)

    def test_it_shows_no_drums_and_no_guitar(self) -> None:
        assert not {photo.action for photo in self.session} & {"drums", "guitar"}

    def test_every_caption_names_the_subject_once(self) -> None:
        assert all(photo.caption.split().count("radke") == 1 for photo in self.session)

    def test_another_seed_is_another_session(self) -> None:
        other = portrait_session(RADKE, "radke", photos=3, size=64, seed=7)
        assert len(other) == 3
        assert all(a.figure != b.figure for a, b in zip(other, self.session, strict=False))


def test_the_world_needs_neither_torch_nor_numpy() -> None:
    script = (
        "import sys, miniature.world, miniature.skeleton; "
        "print(sorted({'torch', 'numpy', 'diffusers', 'transformers'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
