"""Pose files: recognised by content, read with limits, refused in words."""

import io
import json
import struct
import subprocess
import sys
import zlib
from random import Random

import pytest
from PIL import Image, ImageDraw

from generation.pose import NobodyInPicture, Pose, read_pose
from generation.request import BadRequest
from miniature.poses import random_figure
from miniature.skeleton import draw_skeleton


def figure(seed=0):
    return random_figure(Random(seed), "jumping", "full").key_points


def encoded(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def openpose(people, width=512, height=512, points=18, **more):
    order = {
        18: range(18),
        25: [0, 1, 2, 3, 4, 5, 6, 7, None, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17] + [None] * 6,
    }
    numbers = [[number for index in order[points] for number in
                ((person[index][0] * width, person[index][1] * height, 0.9) if index is not None and person[index]
                 else (0, 0, 0))] for person in people]  # fmt: skip
    return {"people": [{"pose_keypoints_2d": list(person)} for person in numbers], **more}


def close(pose, person, tolerance=0.001):
    return all((a is None) == (b is None) and (a is None or max(abs(a[0] - b[0]), abs(a[1] - b[1])) < tolerance)
               for a, b in zip(pose.people[0], person, strict=True))  # fmt: skip


@pytest.mark.parametrize("points", [18, 25])
def test_openpose_json_is_read_in_both_layouts(points):
    data = json.dumps(openpose([figure()], 512, 768, points, canvas_width=512, canvas_height=768)).encode()
    pose = read_pose(data)
    assert (pose.source, pose.width, pose.height) == ("json", 512, 768)
    assert close(pose, figure())


def test_json_with_shares_of_the_canvas_and_json_in_a_list_are_read():
    stored = openpose([figure()], 1, 1, canvas_width=600, canvas_height=600)
    assert close(read_pose(b"\xef\xbb\xbf " + json.dumps([stored]).encode()), figure())


def test_json_without_a_canvas_gets_one_around_the_people():
    pose = read_pose(json.dumps(openpose([figure()], 700, 700)).encode())
    assert all(0 < share < 1 for point in pose.people[0] if point for share in point)
    seen = [point for point in figure() if point]
    extent = (max(y for _, y in seen) - min(y for _, y in seen)) * 700
    assert extent < pose.height < 2 * extent


@pytest.mark.parametrize("text", [
    "{", "[]", "[1, 2]", '{"people": 3}', '{"people": [{}]}', '{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}',
    '{"people": [{"pose_keypoints_2d": [' + ", ".join(["NaN"] * 54) + "]}]}",
    '{"people": [{"pose_keypoints_2d": [' + ", ".join(['"x"'] * 54) + "]}]}",
    '{"people": [{"pose_keypoints_2d": [' + ", ".join(["1"] * 54) + ']}], "canvas_width": -1, "canvas_height": 8}',
    json.dumps({"people": [{"pose_keypoints_2d": [1.0] * 54}] * 17}), "[" * 100_000,
], ids=range(11))  # fmt: skip
def test_json_that_is_no_pose_is_refused(text):
    with pytest.raises(BadRequest):
        read_pose(text.encode())


@pytest.mark.parametrize(
    "people", [[], [[None] * 18], [[(0.5, 0.5)] + [None] * 17]], ids=["none", "empty", "nose"]
)
def test_json_with_nobody_in_it_says_so(people):
    with pytest.raises(NobodyInPicture):
        read_pose(json.dumps(openpose(people)).encode())


@pytest.mark.parametrize(("side", "kind", "options"), [
    (512, "PNG", {}), (512, "JPEG", {"quality": 85}), (512, "WEBP", {"quality": 85}), (256, "PNG", {}),
    (128, "PNG", {}), (768, "PNG", {}),
])  # fmt: skip
@pytest.mark.parametrize("seed", range(3))
def test_a_skeleton_map_gives_its_key_points_back(side, kind, options, seed):
    pose = read_pose(encoded(draw_skeleton([figure(seed)], side, side), kind, **options))
    assert pose.source == "skeleton"
    assert len(pose.people) == 1
    assert close(pose, figure(seed), 0.012)


def test_two_people_in_a_skeleton_map_stay_two():
    left = tuple((p[0] * 0.45, p[1]) if p else None for p in figure(1))
    right = tuple((0.55 + p[0] * 0.45, p[1]) if p else None for p in figure(2))
    pose = read_pose(encoded(draw_skeleton([left, right], 768, 512, line_width=1 / 64)))
    assert len(pose.people) == 2
    by_side = sorted(pose.people, key=lambda person: person[1][0])
    assert close(Pose(people=(by_side[0],), width=1, height=1, source="json"), left, 0.012)
    assert close(Pose(people=(by_side[1],), width=1, height=1, source="json"), right, 0.012)


def test_white_face_dots_and_a_transparent_ground_do_not_hide_a_skeleton():
    drawn = draw_skeleton([figure()], 512, 512)
    pen = ImageDraw.Draw(drawn)
    for index in range(70):
        pen.ellipse([20 + 6 * index, 20, 24 + 6 * index, 24], fill="white")
    drawn.putalpha(drawn.convert("L").point(lambda value: 255 if value else 0))
    assert close(read_pose(encoded(drawn)), figure(), 0.012)


def test_a_skeleton_map_without_limbs_is_refused_and_not_taken_for_a_photo():
    picture = Image.new("RGB", (256, 256))
    pen = ImageDraw.Draw(picture)
    for index, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]):
        pen.ellipse([20 + 60 * index, 100, 32 + 60 * index, 112], fill=colour)
    with pytest.raises(NobodyInPicture, match="skeleton map"):
        read_pose(encoded(picture))


def test_a_canvas_fills_the_picture_unless_that_would_cut_a_key_point_off():
    wide = Pose(
        people=(tuple((0.4 + p[0] * 0.2, p[1]) if p else None for p in figure()),),
        width=200,
        height=100,
        source="json",
    )
    filled = wide.skeleton(64, 64).getbbox()
    assert filled[3] - filled[1] > 40  # as high as the figure is on its canvas
    spread = Pose(people=(figure(),), width=200, height=100, source="json")
    whole = spread.skeleton(64, 64).getbbox()
    assert 0 < whole[0] < whole[2] < 64
    assert whole[3] - whole[1] <= 32


def test_without_the_photo_detectors_package_all_but_photos_is_read(tmp_path):
    files = {
        "json": json.dumps(openpose([figure()])).encode(),
        "skeleton": encoded(draw_skeleton([figure()], 256, 256)),
        "photo": encoded(Image.new("RGB", (256, 256), "grey"), "JPEG"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    code = f"""
import pathlib, sys
sys.modules["ai_edge_litert"] = None  # as if it were not installed
from generation.pose import read_pose
from generation.request import BadRequest
folder = pathlib.Path({str(tmp_path)!r})
for name in ("json", "skeleton"):
    assert read_pose((folder / name).read_bytes()).source == name
try:
    read_pose((folder / "photo").read_bytes())
except BadRequest as refusal:
    print(refusal)
"""
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "ai-edge-litert" in answer
    assert "skeleton map or OpenPose JSON" in answer


def one_hundred_megapixels():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("data", "word"), [
    (b"just words", "neither"),
    (b"", "neither"),
    (b"GIF89a" + b"\0" * 100, "neither"),
    (encoded(Image.effect_noise((300, 300), 50), "JPEG")[:3000], "damaged"),
    (encoded(Image.new("RGB", (1, 1))), "at least 32"),
    (one_hundred_megapixels(), "100,000,000 pixels"),
    (b"\x89PNG" + b"\0" * (26 * 2**20), "MB"),
], ids=["text", "empty", "gif", "truncated", "pixel", "100 megapixels", "26 MB"])  # fmt: skip
def test_a_file_that_is_no_picture_is_refused_saying_why(data, word):
    with pytest.raises(BadRequest, match=word):
        read_pose(data)
