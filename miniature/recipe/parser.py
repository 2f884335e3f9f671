"""The words of the command line, and what `--help` teaches."""

from __future__ import annotations

import argparse
from pathlib import Path

from miniature import WEIGHTS

_ABOUT = """\
The recipe of the miniature: a Stable Diffusion of 23 MB, from nothing to a diffusers folder.

Every command takes a work folder, finds there what the one before it left, and leaves its own result in it.
Ctrl-C stops a training after its step, with a checkpoint; the same command goes on from there. A rendering or an
evaluation that was interrupted begins anew. The order:

  python -m miniature render     WORK     pictures, skeletons and captions
  python -m miniature tokenizer  WORK     the shipped one, or one learnt from the captions
  python -m miniature vae        WORK     the autoencoder
  python -m miniature train      WORK     text encoder, UNet and ControlNet
  python -m miniature finish     WORK     the decoder's last sharpness
  python -m miniature pack       WORK     a plain diffusers folder: WORK/weights
  python -m miniature edges      WORK     a second ControlNet, which sees Canny edges
  python -m miniature probe      WORK     the network that measures
  python -m miniature evaluate   WORK     figures on seeds nobody trains on

All of it but `edges` at once, on two cores (a night) or on a GPU (twenty minutes of learning, called again until it
ends with 0):

  python -m miniature all WORK
  python -m miniature all WORK --device cuda --minutes 20 --call-minutes 9
"""


def new_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m miniature", description=_ABOUT, formatter_class=_Plain)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, short: str, long: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=short, description=long, formatter_class=_Plain)
        made.add_argument("work", type=Path, metavar="WORK", help="the work folder; made where there is none")
        return made

    render = command("render", "pictures, skeletons and captions", (
        "Render the doll world once: training pictures from seeds 1,000,000 up, held-out ones from seed 0 up, so that\n"
        "the two never meet. About 500 pictures a second and core. A folder that is whole is left as it is."
    ))  # fmt: skip
    render.add_argument("--rows", type=_count, default=60_000, help="pictures to learn from (%(default)s)")
    render.add_argument("--held-out", type=_count, default=2_000, help="pictures to measure on (%(default)s)")
    render.add_argument("--processes", type=_count, help="at once (as many as there are cores)")

    tokenizer = command("tokenizer", "the shipped one, or one learnt anew", (
        "The shipped tokenizer knows every word of the world: weights taught with it can be taught further. With\n"
        "`--from fresh` one is learnt from the rendered captions: byte-pair encoding as in CLIP, every word of the\n"
        "world one token, names spelt out. Everything after it is then to be taught afresh."
    ))  # fmt: skip
    _start(tokenizer, str(WEIGHTS))

    vae = command("vae", "teach the autoencoder", (
        "Teach encoder and decoder together: 64 × 64 pixels to 16 × 16 × 4 latents and back. At the end it tells its\n"
        "sharpness on held-out pictures. Needs: render."
    ))  # fmt: skip
    _start(vae, "fresh")
    _schedule(vae, 2_300, 16, 1e-3)

    train = command("train", "teach text encoder, UNet and ControlNet", (
        "Teach the three networks together. Half of each batch sees its skeleton, a tenth has no caption.\n"
        "WORK/painter/run fills with a checkpoint every two minutes, losses.csv, curve.png and sheet-STEP.png.\n"
        "More --steps may be asked for later, as long as the learning rate has not begun to fall (at 70 %).\n"
        "Needs: render, tokenizer, vae."
    ))  # fmt: skip
    _start(train, "fresh")
    _prediction(train)
    _schedule(train, 12_000, 32, 1e-3)
    _sheets(train)

    finish = command("finish", "teach the decoder alone", (
        "Freeze the encoder and teach the decoder further, from slightly noisy latents: what a sampler leaves is\n"
        "never quite clean. Latents stay valid, so this can be done before, during or after `train`. Needs: vae."
    ))  # fmt: skip
    _schedule(finish, 1_000, 16, 6e-4)

    probe = command("probe", "teach the network that measures", (
        "Teach the small network that reads attributes and key points off a picture, and tell how well it reads fresh\n"
        "renders: the ceiling of every figure measured with it. Needs: render."
    ))  # fmt: skip
    probe.add_argument("--keep", action="store_true", help="put it where the package looks, if it is good enough")
    _schedule(probe, 1_400, 64, 2e-3)

    evaluate = command("evaluate", "figures on seeds nobody trains on", (
        "Draw held-out captions and skeletons with diffusers' own pipelines and read the pictures with the probe.\n"
        "Writes WORK/evaluation: figures.json and the pictures. Needs: pack, and the package's probe."
    ))  # fmt: skip
    evaluate.add_argument("--weights", type=Path, help="a packed folder (WORK/weights)")
    evaluate.add_argument(
        "--captions", type=_count, default=200, help="drawn with and without skeleton (%(default)s)"
    )
    evaluate.add_argument(
        "--skeletons", type=_count, default=100, help="full figures for the pose (%(default)s)"
    )
    evaluate.add_argument("--props", type=_count, default=50, help="of guitar and of drums (%(default)s)")
    _device(evaluate)

    sheet = command("sheet", "twelve fixed captions and skeletons, drawn", (
        "Draw the sample sheet with the averaged weights of the last checkpoint, or with a packed folder. The\n"
        "captions, skeletons and noise are always the same, so that sheets can be compared."
    ))  # fmt: skip
    sheet.add_argument("--from", dest="start", metavar="FOLDER", help="a packed folder (the last checkpoint)")
    sheet.add_argument("--out", type=Path, help="the picture to write (WORK/sheet.png)")

    pack = command("pack", "a plain diffusers folder", (
        "Write the averaged weights of the last checkpoint, with the finished decoder where there is one, as a folder\n"
        "that StableDiffusionPipeline.from_pretrained loads: fp16, with controlnet/ beside the rest. May be used\n"
        "while `train` is running, to see how far it is."
    ))  # fmt: skip
    pack.add_argument("--out", type=Path, help="the folder to write (WORK/weights)")

    edges = command("edges", "a second ControlNet, which sees Canny edges", (
        "Teach a ControlNet that sees edges (Canny's, as OpenCV finds them between 100 and 200) instead of skeletons,\n"
        "for a packed folder whose other networks stay as they are. It begins as the one of skeletons, or with --from\n"
        "as that of earlier weights, and ends in that folder as controlnet_canny/. Needs: render, pack."
    ))  # fmt: skip
    edges.add_argument("--weights", type=Path, help="the packed folder (WORK/weights)")
    edges.add_argument(
        "--from", dest="start", metavar="FOLDER", help="a packed folder whose controlnet_canny to begin from (none)"
    )
    _schedule(edges, 3_000, 32, 6e-4)
    _sheets(edges)

    compare = command("compare", "epsilon or v-prediction?", (
        "Teach two painters from the same untaught start with the same batches and noise, one to predict the noise,\n"
        "one the velocity, and ask both for the clean latents of held-out rows at fixed noise levels. Writes\n"
        "WORK/compare: errors.md, errors.png and a sheet of each. Needs: render, tokenizer, vae."
    ))  # fmt: skip
    compare.add_argument(
        "--points", type=_count, default=10, help="times they are measured on the way (%(default)s)"
    )
    _schedule(compare, 2_000, 32, 1e-3)

    whole = command("all", "everything, in as many calls as it takes", (
        "Take every step that is not taken yet. On a machine that ends a command after ten minutes give\n"
        "--call-minutes 9 and the same command again until it ends with 0 (3 means: more to do). With\n"
        "--minutes the number of steps is chosen once from how fast this machine is: a quarter of the time for the\n"
        "autoencoder, the rest mostly for the painter; a training whose steps are given takes those."
    ))  # fmt: skip
    _device(whole)
    _start(whole, "fresh")
    _prediction(whole)
    whole.add_argument("--tokenizer", default=str(WEIGHTS), metavar="FOLDER|fresh", help="(the shipped one)")
    whole.add_argument("--minutes", type=_minutes, help="of learning in all (the plan's own steps)")
    whole.add_argument("--call-minutes", type=_minutes, help="stop this call after so many (never)")
    whole.add_argument("--rows", type=_count, help="pictures to learn from (60000; on a GPU 300000)")
    whole.add_argument("--held-out", type=_count, help="pictures to measure on (2000)")
    for name in ("vae", "train", "finish", "probe"):
        whole.add_argument(
            f"--{name}-steps", type=_count, help="(the plan's)"
        )
    whole.add_argument("--batch", type=_batch, help="of every training (the plan's)")
    whole.add_argument("--keep", action="store_true", help="teach the package's probe anew, too")
    whole.add_argument(
        "--no-evaluate", dest="evaluate", action="store_false", help="end with the packed folder"
    )
    _sheets(whole)
    return parser


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Descriptions as they are written."""


def _start(parser: argparse.ArgumentParser, default: str) -> None:
    shown = "the shipped weights" if default == str(WEIGHTS) else default
    parser.add_argument(
        "--from",
        dest="start",
        default=default,
        metavar="FOLDER|fresh",
        help=f"a diffusers folder to begin from ({shown})",
    )


def _prediction(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--prediction",
        choices=("epsilon", "v_prediction"),
        default="v_prediction",
        help="what the UNet says (%(default)s)",
    )


def _schedule(parser: argparse.ArgumentParser, steps: int, batch: int, rate: float) -> None:
    parser.add_argument("--steps", type=_count, default=steps, help="(%(default)s)")
    parser.add_argument("--batch", type=_batch, default=batch, help="pictures a step (%(default)s)")
    parser.add_argument("--rate", type=float, default=rate, help="the highest learning rate (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of weights, batches and noise (%(default)s)")
    parser.add_argument("--call-minutes", type=_minutes, help="stop this call after so many (never)")
    _device(parser)


def _sheets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sheet-minutes", type=_minutes, default=10.0, help="between two sample sheets (%(default)s)"
    )


def _device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="(%(default)s)")


def _count(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{word} is not a number above zero")
    return number


def _batch(word: str) -> int:
    if int(word) < 4:
        raise argparse.ArgumentTypeError(
            f"a batch has at least 4 pictures, not {word}: part of it goes without skeleton"
        )
    return int(word)


def _minutes(word: str) -> float:
    if float(word) <= 0:
        raise argparse.ArgumentTypeError(f"{word} is no time at all")
    return float(word)
