"""The face once more: found where it was drawn, drawn again by itself and in its own pose, and laid back."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpeople
import pytest
from PIL import Image

from generation import diffusion
from generation.base import BaseUnavailable
from generation.diffusion import BrokenPicture
from generation.face import Face, find_face
from generation.infotext import read_parameters
from generation.painter import paint
from generation.pose import Pose
from generation.pose.drawn import read_drawn
from generation.request import BadRequest, ImageWish, check
from miniature.world import photograph

WISH = ImageWish("a man with pink hair and glasses standing in the street", seed=3, steps=6, face_denoise=0.5)
PEOPLE = Path(openpeople.__file__).parent / "data" / "curated"


@pytest.fixture
def pose():
    """A stranger's, seen from head to foot."""
    figure = photograph(11, size=512, action="standing", framing="full").figure
    return Pose(people=(figure.key_points,), width=64, height=64, source="json")


def test_only_the_face_of_a_figure_is_drawn_anew(base, pose):
    once = paint(base, replace(WISH, face_denoise=0.0), {}, pose)
    reports = []
    again = paint(base, WISH, {}, pose, on_step=lambda r: reports.append((r.step, r.steps)))
    face = find_face(once.image, base)
    changed = np.asarray(once.image.convert("L"), int) != np.asarray(again.image.convert("L"), int)
    rows, columns = np.nonzero(changed)
    assert len(rows) > 50
    assert face.top <= rows.min() <= rows.max() < face.top + face.side
    assert face.left <= columns.min() <= columns.max() < face.left + face.side
    assert reports == [(step, 9) for step in range(1, 10)]


def test_a_picture_with_its_face_drawn_again_is_drawn_again_from_its_parameters(base, pose):
    picture = paint(base, WISH, {}, pose)
    again = paint(base, read_parameters(picture.parameters).wish(), {}, pose)
    assert again.image.tobytes() == picture.image.tobytes()


def test_without_a_pose_and_after_an_enlargement_it_is_drawn_again_too(base):
    wish = replace(WISH, prompt="a full body photo of a man with pink hair standing in the snow", hires=1.25)
    once, again = (paint(base, each, {}) for each in (replace(wish, face_denoise=0.0), wish))
    assert find_face(once.image, base) is not None
    assert again.image.size == (80, 80)
    assert again.image.tobytes() != once.image.tobytes()


@pytest.mark.parametrize("seed", range(6))
def test_a_head_is_found_where_a_doll_has_it(base, seed):
    photo = photograph(seed, size=512, framing="full")
    face = find_face(photo.image.resize((64, 64), Image.Resampling.BOX), base)
    x, y, radius = (64 * value for value in (*photo.figure.head, photo.figure.head_radius))
    assert abs(face.left + face.side / 2 - x) < 0.3 * radius
    assert abs(face.top + face.side / 2 - y) < 0.2 * radius
    assert 3.2 * radius < face.side < 4.3 * radius
    assert all(point is None for point in face.pose.people[0][9:14])  # knees and feet are not in it


def test_the_head_of_a_portrait_is_found_and_may_reach_beyond_the_picture(base):
    photo = photograph(2000, size=64, action="standing", framing="portrait")
    face = find_face(photo.image, base)
    cut = face.cut(photo.image, 64)
    assert face.side > 0.9 * 64
    assert cut.size == (64, 64)
    assert face.lay_back(cut, photo.image).size == photo.image.size


def test_a_head_that_fills_much_more_than_the_base_draws_at_once_is_left_alone(base):
    photo = photograph(2000, size=128, action="standing", framing="portrait")
    assert find_face(photo.image, base) is None


def test_a_face_is_laid_back_under_a_soft_edge(pose):
    face = Face(20, 20, 40, pose)
    laid = np.asarray(face.lay_back(Image.new("RGB", (64, 64), "white"), Image.new("RGB", (80, 80))).convert("L"))
    square = laid[20:60, 20:60]
    assert square[20, 20] == 255
    assert max(square[0].max(), square[-1].max(), square[:, 0].max(), square[:, -1].max()) < 12
    assert laid.sum() == square.sum()


def test_a_face_is_shown_its_own_pose_whatever_the_wish_says_of_another(base, monkeypatch):
    shown = []
    network = base.controlnet()
    forward = network.forward
    monkeypatch.setattr(network, "forward", lambda *a, **k: shown.append(k["controlnet_cond"]) or forward(*a, **k))
    one, other = (paint(base, replace(WISH, control_weight=weight), {}) for weight in (1.0, 0.0))
    assert shown
    assert shown[0].max() > 0.5
    assert one.image.tobytes() == other.image.tobytes()


def test_a_base_without_a_controlnet_says_so_before_anything_is_drawn(base, monkeypatch):
    def absent():
        raise BaseUnavailable("absent")

    monkeypatch.setattr(base, "controlnet", absent)
    steps = []
    with pytest.raises(BaseUnavailable):
        paint(base, WISH, {}, on_step=steps.append)
    assert not steps


@pytest.mark.parametrize("broken", ["black", "nan"])
def test_a_face_that_comes_out_broken_leaves_the_picture_as_it_was(base, pose, monkeypatch, broken):
    once = paint(base, replace(WISH, face_denoise=0.0), {}, pose)

    decoded = iter([once.image, Image.new("RGB", (64, 64))])

    def decode(base, latents):
        picture = next(decoded)
        if broken == "nan" and picture is not once.image:
            raise BrokenPicture("nan")
        return picture

    monkeypatch.setattr(diffusion, "_decode", decode)
    assert paint(base, WISH, {}, pose).image.tobytes() == once.image.tobytes()


def test_a_black_picture_is_not_saved_by_a_face_on_it(base, pose, monkeypatch):
    decoded = iter([Image.new("RGB", (64, 64)), Image.new("RGB", (64, 64), "pink")])
    monkeypatch.setattr(diffusion, "_decode", lambda base, latents: next(decoded))
    with pytest.raises(BrokenPicture, match="black all over"):
        paint(base, WISH, {}, pose)


def test_where_nobody_is_nothing_is_drawn_again():
    assert find_face(Image.new("RGB", (512, 512), "grey"), SimpleNamespace(native_size=512)) is None


@pytest.mark.parametrize("person", ["P001", "P004", "P008"])
def test_the_head_of_a_person_is_found_with_room_for_hair_and_chin(person):
    with Image.open(PEOPLE / person / "assets" / "studio_posture.jpg") as photo:
        photo.thumbnail((512, 512))
        face = find_face(photo.convert("RGB"), SimpleNamespace(native_size=512))
    points = face.pose.people[0]
    nose, neck, ears = points[0], points[1], points[16:18]
    assert neck is not None
    assert 0.4 < nose[0] < 0.6
    assert 0.4 < nose[1] < 0.65
    assert 0.2 < abs(ears[0][0] - ears[1][0]) < 0.33  # as wide as a head is in a portrait of head and shoulders


def test_nobody_seen_from_behind_is_given_a_face(monkeypatch):
    with Image.open(PEOPLE / "P001" / "assets" / "studio_posture.jpg") as photo:
        photo.thumbnail((512, 512))
        picture = photo.convert("RGB")
    front = read_drawn(picture, SimpleNamespace(native_size=512))
    sides = (0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 15, 14, 17, 16)
    back = replace(front, people=(tuple(front.people[0][i] for i in sides),))
    monkeypatch.setattr("generation.face.read_drawn", lambda picture, base: back)
    assert find_face(picture, SimpleNamespace(native_size=512)) is None


def test_faces_of_several_people_are_refused_before_any_work():
    with pytest.raises(BadRequest, match="one at a time"):
        check(replace(WISH, prompt="<lora:radke:1> <lora:vera:1> radke and vera on a beach"))
