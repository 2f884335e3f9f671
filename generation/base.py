"""The base model: the parts of one Stable Diffusion 1.x, loaded once and shared by everything that draws or
learns.

    RuntimeError
    └── BaseUnavailable  the base model cannot be loaded; the message says what to do

A base is named by one setting, in one of four ways:

* `miniature`: the one that lies in this repository, no download;
* a folder in diffusers' layout (`unet/`, `vae/`, `text_encoder/`, `tokenizer/`, `scheduler/`, perhaps
  `controlnet/`);
* a model-hub id such as `stable-diffusion-v1-5/stable-diffusion-v1-5`: fetched once into the hub's own cache;
* one `.safetensors` checkpoint. Its configuration and tokenizer are taken from a diffusers folder of the
  same name beside it (`photo.safetensors`, `photo/`) when there is one, and otherwise fetched once from the
  hub.

Weights are read from safetensors only: `.ckpt` and `.pt` files are pickles, which run code when opened.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    DiffusionPipeline,
    SchedulerMixin,
    StableDiffusionControlNetImg2ImgPipeline,
    StableDiffusionControlNetPipeline,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextModel, CLIPTokenizer
from transformers.utils.logging import disable_progress_bar

from generation.samplers import scheduler_for
from miniature.skeleton import LINE_WIDTH

DEFAULT_OPENPOSE = "lllyasviel/control_v11p_sd15_openpose"
SMALL_SIDE = 256  # below this a base is a toy like the miniature, with likings of its own

_PICKLES = {".ckpt", ".pt", ".pth", ".bin", ".pkl"}
_WEIGHTS = (
    "unet/diffusion_pytorch_model.safetensors",
    "vae/diffusion_pytorch_model.safetensors",
    "text_encoder/model.safetensors",
)
_CONTROLNET = "controlnet/diffusion_pytorch_model.safetensors"
_HUB_FILES = ["model_index.json", "scheduler/*", "tokenizer/*", "*/config.json", *_WEIGHTS, _CONTROLNET]


class BaseUnavailable(RuntimeError):
    """The base model cannot be loaded; the message says what to do."""


@dataclass
class Base:
    """One loaded base model. `adapters`: what is attached right now, by name."""

    name: str  # as it was asked for
    label: str  # short, for "Model" in the infotext
    digest: str  # sha256 of the weights, hex
    device: torch.device
    dtype: torch.dtype  # of text encoder, UNet and ControlNet; the VAE is always float32
    tokenizer: CLIPTokenizer
    text_encoder: CLIPTextModel
    vae: AutoencoderKL
    unet: UNet2DConditionModel
    scheduler_config: dict[str, Any]
    openpose: str  # where the pose ControlNet is to be found
    adapters: dict[str, Any] = field(default_factory=dict)
    _controlnet: ControlNetModel | None = field(default=None, repr=False)

    @property
    def pixels_per_latent(self) -> int:
        """Side of the square of pixels that one latent stands for: 8 in SD 1.x, 4 in the miniature."""
        return 2 ** (len(self.vae.config.block_out_channels) - 1)

    @property
    def native_size(self) -> int:
        """Side in pixels of the pictures the base was trained on."""
        return int(self.unet.config.sample_size) * self.pixels_per_latent

    @property
    def default_guidance(self) -> float:
        """The CFG scale a base likes: 7 as everybody uses with SD 1.x, 4 for toys."""
        return 4.0 if self.native_size < SMALL_SIDE else 7.0

    @property
    def default_sampler(self) -> str:
        """The sampler a base likes: for toys one whose fresh noise mends a third lens (docs/decisions/0035)."""
        return "Euler a" if self.native_size < SMALL_SIDE else "DPM++ 2M Karras"

    @property
    def limb_width(self) -> float:
        """Width of a skeleton's limb as a share of the shorter side, as the base's ControlNet learnt it.

        OpenPose draws sticks of 8 pixels at 512; the miniature, where that would be one pixel, learnt
        broader ones.
        """
        return LINE_WIDTH if self.native_size < SMALL_SIDE else 8 / 512

    @property
    def token_limit(self) -> int:
        """How many tokens of words fit into one prompt, begin and end marks not counted."""
        return int(self.tokenizer.model_max_length) - 2

    def controlnet(self) -> ControlNetModel:
        """The OpenPose ControlNet, loaded at the first picture with a pose."""
        if self._controlnet is None:
            self._controlnet = _loaded(
                ControlNetModel, self.openpose, "The OpenPose ControlNet", self.dtype, self.device
            )
        return self._controlnet

    def pipeline(self, sampler: str, with_pose: bool = False, again: bool = False) -> DiffusionPipeline:
        """The real diffusers pipeline over these parts; cheap, made anew for each picture.

        `again` gives the one that begins with latents instead of noise.

        There is no safety checker in it: what may be drawn of whom is the studio's decision, and the
        checker's answer, a black picture, would be one that nobody asked for and nobody could explain.
        """
        parts: dict[str, Any] = {
            "vae": self.vae,
            "text_encoder": self.text_encoder,
            "tokenizer": self.tokenizer,
            "unet": self.unet,
            "scheduler": self.scheduler(sampler),
            "safety_checker": None,
            "feature_extractor": None,
            "requires_safety_checker": False,
        }
        if with_pose:
            posed = StableDiffusionControlNetImg2ImgPipeline if again else StableDiffusionControlNetPipeline
            pipeline = posed(controlnet=self.controlnet(), **parts)
        else:
            pipeline = (StableDiffusionImg2ImgPipeline if again else StableDiffusionPipeline)(**parts)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def scheduler(self, sampler: str) -> SchedulerMixin:
        """A sampler's scheduler with this model's noise schedule and prediction type."""
        return scheduler_for(sampler, self.scheduler_config)


def load_base(name: str = "miniature", *, openpose: str | None = None, device: str | None = None) -> Base:
    """Load a base model by the name in the settings.

    `openpose` is a diffusers folder or hub id of its ControlNet; without it a folder's own
    `controlnet/` is used, and where there is none DEFAULT_OPENPOSE. The miniature always uses its own: no
    other fits it.

    On CUDA the UNet, text encoder and ControlNet are float16 and the VAE float32, because SD 1.x's VAE
    overflows in float16 (black pictures); elsewhere everything is float32.
    """
    disable_progress_bar()  # a bar for each part's 0.1 seconds would tear those of the programs above
    place = torch.device(device or _best_device())
    dtype = torch.float16 if place.type == "cuda" else torch.float32
    path = Path(name).expanduser()
    if path.suffix.lower() in _PICKLES:
        raise BaseUnavailable(
            f"{path.name} is a pickle, which could run code when opened; use the model's "
            ".safetensors file instead."
        )
    try:
        if name == "miniature":
            from miniature import WEIGHTS

            base = _from_folder(name, "miniature", Path(WEIGHTS), place, dtype, None)
        elif path.is_dir():
            base = _from_folder(name, path.resolve().name, path, place, dtype, openpose)
        elif path.suffix.lower() == ".safetensors":
            base = _from_single_file(name, path, place, dtype, openpose)
        else:
            base = _from_folder(name, name.rsplit("/", 1)[-1], _from_hub(name), place, dtype, openpose)
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as problem:
        if isinstance(problem, BaseUnavailable):
            raise
        raise BaseUnavailable(
            f"The base model {name!r} cannot be loaded: {_first_line(problem)}."
        ) from problem
    _refuse_other_architectures(base)
    return base


def _best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _from_folder(
    name: str, label: str, folder: Path, device: torch.device, dtype: torch.dtype, openpose: str | None
) -> Base:
    missing = [part for part in _WEIGHTS if not (folder / part).is_file()]
    if missing:
        raise BaseUnavailable(
            f"{folder} is not a Stable Diffusion 1.x folder in safetensors: {missing[0]} is missing."
        )
    beside = folder / "controlnet"
    return Base(
        name=name,
        label=label,
        digest=_digest([folder / part for part in _WEIGHTS]),
        device=device,
        dtype=dtype,
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
        text_encoder=_loaded(CLIPTextModel, folder / "text_encoder", "its text encoder", dtype, device),
        vae=_loaded(AutoencoderKL, folder / "vae", "its VAE", torch.float32, device),
        unet=_loaded(UNet2DConditionModel, folder / "unet", "its UNet", dtype, device),
        scheduler_config=json.loads((folder / "scheduler" / "scheduler_config.json").read_text()),
        openpose=openpose or (str(beside) if beside.is_dir() else DEFAULT_OPENPOSE),
    )


def _from_single_file(
    name: str, path: Path, device: torch.device, dtype: torch.dtype, openpose: str | None
) -> Base:
    if not path.is_file():
        raise BaseUnavailable(f"There is no file {name}.")
    beside = path.with_suffix("")
    local = {"config": str(beside), "local_files_only": True} if beside.is_dir() else {}
    pipeline = StableDiffusionPipeline.from_single_file(
        str(path), dtype=torch.float32, safety_checker=None, feature_extractor=None, **local
    )
    return Base(
        name=name,
        label=path.stem,
        digest=_digest([path]),
        device=device,
        dtype=dtype,
        tokenizer=pipeline.tokenizer,
        text_encoder=pipeline.text_encoder.to(device, dtype).eval().requires_grad_(False),
        vae=pipeline.vae.to(device).eval().requires_grad_(False),
        unet=pipeline.unet.to(device, dtype).eval().requires_grad_(False),
        scheduler_config=dict(pipeline.scheduler.config),
        openpose=openpose or DEFAULT_OPENPOSE,
    )


def _from_hub(name: str) -> Path:
    """The files of a hub model, fetched once; afterwards the hub's cache answers, also without a network."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except Exception as problem:  # every way a network can fail, and a name that is none
        raise BaseUnavailable(
            f"{name!r} is neither a folder, nor a .safetensors file, nor a model the hub could deliver "
            f"({_first_line(problem)}). Use BASE_MODEL=miniature, which needs no download."
        ) from problem


def _loaded(kind: type, folder: str | Path, what: str, dtype: torch.dtype, device: torch.device) -> Any:
    try:
        part, report = kind.from_pretrained(
            str(folder), dtype=dtype, use_safetensors=True, output_loading_info=True
        )
    except Exception as problem:  # the libraries raise anything here, from OSError to a bare Exception
        raise BaseUnavailable(f"{what} cannot be loaded from {folder}: {_first_line(problem)}.") from problem
    if report["missing_keys"]:  # the libraries would fill them with random numbers and go on
        first = sorted(report["missing_keys"])[0]
        raise BaseUnavailable(f"{what} in {folder} is not whole: {first} is missing.")
    return part.to(device).eval().requires_grad_(False)


def _digest(files: list[Path]) -> str:
    """sha256 of a checkpoint file, as other tools write it; of several, that of their digests in order."""
    digests = []
    for path in files:
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _refuse_other_architectures(base: Base) -> None:
    """SD 1.x: one text encoder as wide as the UNet listens, four latent channels in and out.

    SD 2 is built alike and differs in its text encoder, which is not OpenAI's: that one has another activation.
    """
    unet, text = base.unet.config, base.text_encoder.config
    alike = unet.cross_attention_dim == text.hidden_size and unet.in_channels == 4 and unet.addition_embed_type is None
    if not alike or text.hidden_act != "quick_gelu":
        raise BaseUnavailable(
            f"{base.name!r} is not a Stable Diffusion 1.x text-to-image model "
            "(SD 2, SDXL, inpainting and others are not drawn with yet)."
        )


def _first_line(problem: Exception) -> str:
    return (str(problem).strip() or type(problem).__name__).splitlines()[0]
