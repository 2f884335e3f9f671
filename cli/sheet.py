"""`sheet.png`: the evening at a glance, large enough to see.

Photos; the same pose and seed without and with the LoRA; pose, skeleton and picture; what became of the consents.
"""

from __future__ import annotations

import json

from PIL import Image

from cli.cast import PosePicture
from cli.evening import Evening, Pair, Scene
from cli.paper import ACCENT, INK, MARGIN, QUIET, Paper
from cli.show import count, lasting

WIDTH = 1800
GAP = 16
_KINDS = {
    "OpenPose JSON": "key points in OpenPose's JSON",
    "skeleton map": "a map of a skeleton",
    "photo": "a photo of somebody else",
}


def draw_sheet(evening: Evening) -> Image.Image:
    """The whole sheet, RGB, WIDTH pixels wide."""
    paper = Paper(WIDTH)
    _title(paper, evening)
    _photos(paper, evening.photos, evening.learning.before)
    _pairs(paper, evening.pairs)
    _scenes(paper, evening.scenes)
    _consents(paper, evening)
    return paper.finished()


def _title(paper: Paper, evening: Evening) -> None:
    paper.text(MARGIN, paper.y, "radke", 64, ACCENT)
    paper.text(MARGIN + 196, paper.y + 20, "somebody this studio had never seen", 40, INK)
    paper.y += 92
    learning = evening.learning
    learnt = (
        "learnt on an earlier evening in this data folder"
        if learning.before
        else f"learnt from {count(len(evening.photos), 'photo')} in {lasting(learning.seconds or 0)}"
    )
    line = (
        f"a paper doll, {learnt} by the base model “{evening.base_model}”, under a recorded consent"
        f" · seed {evening.seed}"
    )
    paper.text(MARGIN, paper.y, line, 22, QUIET, room=paper.inner)
    paper.y += 30


def _photos(paper: Paper, photos: list[Image.Image], before: bool) -> None:
    columns = 9
    side = (paper.inner - (columns - 1) * GAP) // columns
    handed = "handed in by the trainer, stored only after the yes"
    shown = "to compare with: radke was learnt on an earlier evening, from photos handed in then"
    paper.heading("1", "Photos of radke" if before else "The photos", shown if before else handed)
    for number, photo in enumerate(photos):
        row, column = divmod(number, columns)
        x = MARGIN + column * (paper.inner - side) / (columns - 1)
        paper.picture(x, paper.y + row * (side + GAP), side, photo)
    paper.y += -(-len(photos) // columns) * (side + GAP) - GAP


def _pairs(paper: Paper, pairs: list[Pair]) -> None:
    lane = 116  # room for the words at the left
    side = (paper.inner - lane - (len(pairs) - 1) * GAP) // max(1, len(pairs))
    paper.heading("2", "The same words, pose and seed", "a stranger's pose, then without and with <lora:radke:1>")
    for row, (what, of_what, colour) in enumerate(
        (("the pose", "handed in", INK), ("without", "the LoRA", INK), ("with", "the LoRA", ACCENT))
    ):
        middle = paper.y + row * (side + GAP) + side / 2
        paper.text(MARGIN, middle - 4, what, 26, colour, "lb")
        paper.text(MARGIN, middle + 4, of_what, 20, QUIET, "la")
    for column, pair in enumerate(pairs):
        x = MARGIN + lane + column * (side + GAP)
        _pose(paper, x, paper.y, side, pair.pose)
        paper.picture(x, paper.y + side + GAP, side, pair.without.image)
        paper.picture(x, paper.y + 2 * (side + GAP), side, pair.with_lora.image)
        below = paper.y + 3 * side + 2 * GAP + 14
        paper.text(x + side / 2, below, pair.without.prompt, 14, QUIET, "ma", room=side)
        paper.text(x + side / 2, below + 24, f"seed {pair.without.seed}", 17, QUIET, "ma")
        before, after = (f"{100 * one.likeness:.0f} %" for one in (pair.without, pair.with_lora))
        paper.text(x + side / 2, below + 48, f"like radke: {before}, then {after}", 17, INK, "ma", room=side)
    paper.y += 3 * side + 2 * GAP + 86


def _scenes(paper: Paper, scenes: list[Scene]) -> None:
    side, gap = 368, 22
    pictures = MARGIN + paper.inner - 3 * side - 2 * gap  # the words stand at their left
    beside = "the pose handed in, its skeleton, the drawing with its face drawn twice"
    paper.heading("3", "A pose taken from another picture", beside)
    for scene in scenes:
        y = paper.paragraph(MARGIN, paper.y + 34, scene.drawn.prompt, 28, pictures - MARGIN - 40, INK)
        y = paper.paragraph(
            MARGIN, y + 14, f"The pose came as {_KINDS[scene.pose.kind]}.", 20, pictures - MARGIN - 60
        )
        paper.text(MARGIN, y + 4, f"seed {scene.drawn.seed}", 20, QUIET)
        paper.paragraph(MARGIN, paper.y + side - 66, scene.drawn.label, 18, pictures - MARGIN - 60)
        _pose(paper, pictures, paper.y, side, scene.pose)
        skeleton = scene.drawn.skeleton or Image.new("RGB", (side, side))
        paper.picture(pictures + side + gap, paper.y, side, skeleton)
        paper.picture(pictures + 2 * (side + gap), paper.y, side, scene.drawn.image)
        paper.y += side + gap
    paper.y -= gap


def _pose(paper: Paper, x: float, y: float, side: int, pose: PosePicture) -> None:
    if pose.shown is not None:
        paper.picture(x, y, side, pose.shown)
        return
    numbers = json.loads(pose.data)["people"][0]["pose_keypoints_2d"]
    points = [f"{numbers[i]:g}, {numbers[i + 1]:g}, {numbers[i + 2]:g}," for i in range(0, len(numbers), 3)]
    paper.page(x, y, side, [pose.name, "{ “people”: [ {", "“pose_keypoints_2d”: [", *points], 14)


def _consents(paper: Paper, evening: Evening) -> None:
    paper.heading(
        "4", "The yes, and its end", "nothing is made without the first, nothing is kept after the second"
    )
    gap = 44
    width = (paper.inner - 2 * gap) // 3
    goodbye = evening.goodbye
    erased = goodbye.erased
    whole = "none changed, cut out or swapped" if not evening.faults else count(evening.faults, "fault")
    boxes = (
        ("radke", evening.consent),
        (
            "vera",
            "Said yes, and changed her mind while the studio was learning her. Her training was "
            f"{goodbye.training_state}; {count(erased.photos, 'photo')} and the key to her files are gone. "
            f"Asking for her now is answered: “{goodbye.refusal}”",
        ),
        (
            "the ledger",
            f"{count(len(evening.ledger), 'event')} in one chain: {whole}. story.md has them all.",
        ),
    )
    bottom = float(paper.y)
    for column, (title, words) in enumerate(boxes):
        x = MARGIN + column * (width + gap)
        paper.text(x, paper.y, title, 24, ACCENT)
        bottom = max(bottom, paper.paragraph(x, paper.y + 38, words, 19, width))
    paper.y = round(bottom)
