"""`likeness imagine`, `compare` and `pose`: their arguments."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli.parser import Commands, among, output, seed, size
from generation.request import FACE_DENOISE

POSE = "a photo, an OpenPose skeleton map, or OpenPose JSON"
AXES = ("weight", "seed", "cfg", "steps", "sampler")  # those of studio/sweeps.py, which help need not load


def add_drawing(top: Commands) -> None:
    """The commands that end with something drawn."""
    _imagine(top)
    _compare(top)
    pose = top.command(
        "pose",
        "cli.poses:show_pose",
        "Shows the skeleton of a pose picture. It is what a picture would be drawn with, and nobody is in it.",
        "  likeness pose stage.jpg -o skeleton.png",
    )
    pose.add_argument("picture", type=Path, metavar="FILE", help=POSE)
    output(pose)


def _imagine(top: Commands) -> None:
    imagine = top.command(
        "imagine",
        "cli.work:imagine",
        "Draws one picture. `<lora:radke:1>` brings in a subject; a pose picture moves the figure.",
        '  likeness imagine "<lora:radke:1> radke playing guitar" --pose stage.jpg --seed 7 -o radke.png\n'
        '  likeness imagine "<lora:radke:1> radke on the beach" --pose-prompt "a man jumping" --hires 2\n'
        '  likeness imagine "a woman on the beach" --steps 30 --sampler "Euler a" --size 64x64',
    )
    _wish(imagine)
    previews = "also write looks at the picture there while it is drawn"
    imagine.add_argument("--previews", type=Path, metavar="DIR", help=previews)
    output(imagine)


def _compare(top: Commands) -> None:
    compare = top.command(
        "compare",
        "cli.comparing:compare",
        "Draws one wish several times with one thing changed, and writes one labelled sheet. Everything else stays\n"
        "the same, the seed too, so what differs between the pictures comes from what was changed. At most nine.",
        '  likeness compare "<lora:radke:1> radke playing guitar" -o sheet.png\n'
        '  likeness compare "<lora:radke:1> radke" --axis seed --values "1, 2, 3" --pose stage.jpg\n'
        '  likeness compare "a woman on the beach" --axis steps --values "5, 10, 20, 40" --seed 7',
    )
    _wish(compare)
    axis = "what changes: the weight of every <lora:…>, the seed, cfg, the steps, or the sampler (weight)"
    compare.add_argument("--axis", choices=AXES, default=AXES[0], metavar="WHAT", help=axis)
    values = 'what it changes to, with commas between ("0, 0.6, 0.8, 1" for weight; each axis has its own)'
    compare.add_argument("--values", default="", metavar="LIST", help=values)
    output(compare)


def _wish(wish: argparse.ArgumentParser) -> None:
    """What every wish for a picture can say."""
    wish.add_argument("prompt", metavar="PROMPT", help="what to draw")
    wish.add_argument("--pose", type=Path, metavar="FILE", help=POSE)
    words = "take the pose from a picture of this, drawn first and without anybody's adapter"
    wish.add_argument("--pose-prompt", default="", metavar="TEXT", help=words)
    wish.add_argument("--negative", default="", metavar="TEXT", help="what to keep away from")
    wish.add_argument("--seed", type=seed, metavar="N", help="the same seed draws the same picture")
    other = "go from the seed towards this other one (by lot)"
    wish.add_argument("--variation-seed", type=seed, metavar="N", help=other)
    far = "how far to go there: 0 stays, 1 arrives (0)"
    wish.add_argument("--variation-strength", type=among(0, 1, float), default=0.0, metavar="X", help=far)
    wish.add_argument("--steps", type=int, metavar="N", help="denoising steps (20)")
    wish.add_argument("--sampler", metavar="NAME", help='"Euler a", "DPM++ 2M Karras", …')
    wish.add_argument(
        "--cfg", type=float, metavar="X", help="how strictly to follow the words (the base's own)"
    )
    wish.add_argument("--size", type=size, metavar="WxH", help="in pixels (the base's own)")
    larger = "enlarge the picture so many times and draw it again, with more in it (1: do not)"
    wish.add_argument("--hires", type=among(1, 2, float), default=1.0, metavar="X", help=larger)
    anew = "how much is drawn anew then (0.35)"
    wish.add_argument("--hires-denoise", type=among(0.05, 1, float), metavar="X", help=anew)
    face = "draw the face once more, by itself: a figure's gets clearer, a malformed one is often mended"
    wish.add_argument("--face", action="store_const", const=FACE_DENOISE, default=0.0, help=face)
