"""Photos: the people of the openpeople package (nobody who exists), the dolls, and pictures of nobody."""

import io
from pathlib import Path
from random import Random

import openpeople
import pytest
from PIL import Image, ImageOps

from generation.pose import NobodyInPicture, read_pose
from miniature.skeleton import draw_skeleton

PEOPLE = Path(openpeople.__file__).parent / "data" / "curated"
NOSE, NECK, RIGHT_SHOULDER, LEFT_SHOULDER, RIGHT_ANKLE = 0, 1, 2, 5, 10


def small(path, side=512):
    with Image.open(path) as photo:
        photo.thumbnail((side, side))
        return photo.convert("RGB")


def encoded(picture, **options):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90, **options)
    return file.getvalue()


@pytest.mark.parametrize("person", ["P001", "P004", "P008"])
def test_a_person_standing_is_found_from_head_to_foot(person):
    pose = read_pose(encoded(small(PEOPLE / person / "assets" / "studio_posture.jpg")))
    assert (pose.source, len(pose.people)) == ("photo", 1)
    points = pose.people[0]
    assert all(points)
    assert points[NOSE][1] < points[NECK][1] < points[RIGHT_ANKLE][1]
    assert points[RIGHT_SHOULDER][0] < points[LEFT_SHOULDER][0]  # their right is at our left


def test_a_selfie_gives_the_upper_body_and_not_legs_outside_the_photo():
    points = read_pose(encoded(small(PEOPLE / "P001" / "assets" / "amateur_selfie.jpg"))).people[0]
    assert points[NOSE]
    assert points[NECK]
    assert points[RIGHT_ANKLE] is None


def test_a_mirrored_photo_gives_the_mirrored_pose():
    photo = small(PEOPLE / "P004" / "assets" / "amateur_posture.jpg")
    straight, mirrored = (
        read_pose(encoded(picture)).people[0] for picture in (photo, ImageOps.mirror(photo))
    )
    for one, other in ((RIGHT_SHOULDER, LEFT_SHOULDER), (NOSE, NOSE)):
        assert abs(straight[one][0] - (1 - mirrored[other][0])) < 0.03
        assert abs(straight[one][1] - mirrored[other][1]) < 0.03


def test_a_photo_turned_by_its_exif_is_read_upright():
    photo = small(PEOPLE / "P008" / "assets" / "studio_posture.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6  # "rotate 90 degrees clockwise to see it"
    turned = read_pose(encoded(photo.transpose(Image.Transpose.ROTATE_90), exif=exif))
    assert (turned.width, turned.height) == photo.size
    assert turned.people[0][NOSE][1] < turned.people[0][RIGHT_ANKLE][1]


@pytest.mark.parametrize("nobody", ["grey", "noise", "black", "stripes"])
def test_a_picture_with_nobody_in_it_says_so_and_what_to_do(nobody):
    picture = {
        "grey": Image.new("RGB", (400, 300), (120, 130, 110)),
        "noise": Image.merge("RGB", [Image.effect_noise((300, 400), 80)] * 3),
        "black": Image.new("RGB", (400, 300)),
        "stripes": Image.linear_gradient("L").resize((640, 480)).convert("RGB"),
    }[nobody]
    with pytest.raises(NobodyInPicture, match="Use a photo of one person"):
        read_pose(encoded(picture))


def test_a_skeleton_map_never_reaches_the_photo_detector(monkeypatch):
    from miniature.poses import random_figure

    monkeypatch.setattr(
        "generation.pose.blazepose.read_photo", lambda picture: pytest.fail("asked the photo detector")
    )
    drawn = draw_skeleton([random_figure(Random(1), "standing", "full").key_points], 512, 512)
    assert read_pose(encoded(drawn)).source == "skeleton"
