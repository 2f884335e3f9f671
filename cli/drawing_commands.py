"""`likeness imagine` and `pose`: their arguments."""

from __future__ import annotations

from pathlib import Path

from cli.parser import Commands, among, output, seed, size

POSE = "a photo, an OpenPose skeleton map, or OpenPose JSON"


def add_drawing(top: Commands) -> None:
    """The commands that end with something drawn."""
    _imagine(top)
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
    imagine.add_argument("prompt", metavar="PROMPT", help="what to draw")
    imagine.add_argument("--pose", type=Path, metavar="FILE", help=POSE)
    words = "take the pose from a picture of this, drawn first and without anybody's adapter"
    imagine.add_argument("--pose-prompt", default="", metavar="TEXT", help=words)
    imagine.add_argument("--negative", default="", metavar="TEXT", help="what to keep away from")
    imagine.add_argument("--seed", type=seed, metavar="N", help="the same seed draws the same picture")
    other = "go from the seed towards this other one (by lot)"
    imagine.add_argument("--variation-seed", type=seed, metavar="N", help=other)
    far = "how far to go there: 0 stays, 1 arrives (0)"
    imagine.add_argument("--variation-strength", type=among(0, 1, float), default=0.0, metavar="X", help=far)
    imagine.add_argument("--steps", type=int, metavar="N", help="denoising steps (20)")
    imagine.add_argument("--sampler", metavar="NAME", help='"Euler a", "DPM++ 2M Karras", …')
    imagine.add_argument(
        "--cfg", type=float, metavar="X", help="how strictly to follow the words (the base's own)"
    )
    imagine.add_argument("--size", type=size, metavar="WxH", help="in pixels (the base's own)")
    larger = "enlarge the picture so many times and draw it again, with more in it (1: do not)"
    imagine.add_argument("--hires", type=among(1, 2, float), default=1.0, metavar="X", help=larger)
    anew = "how much is drawn anew then (0.35)"
    imagine.add_argument("--hires-denoise", type=among(0.05, 1, float), metavar="X", help=anew)
    previews = "also write looks at the picture there while it is drawn"
    imagine.add_argument("--previews", type=Path, metavar="DIR", help=previews)
    output(imagine)
