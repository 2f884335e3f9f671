"""The `parameters` text of a picture, in the grammar AUTOMATIC1111 writes and half the world's tools read.

    prompt
    Negative prompt: …            (left out when empty)
    Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 1, Size: 512x512, …

A value with a comma, colon or newline is a JSON string. The last line counts as parameters from three pairs
on. Prompts are written on one line each: a newline in one could forge the lines below it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from generation.request import SAMPLERS, BadRequest, ImageWish, one_line

_PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
_NEGATIVE = "Negative prompt:"
_SCHEDULES = (
    "Karras",
)  # the labels our sampler names end in; A1111 ≥ 1.9 keeps them in a field of their own


@dataclass(frozen=True)
class Parameters:
    """A `parameters` text taken apart; `fields` in the order written."""

    prompt: str
    negative: str
    fields: Mapping[str, str]

    def wish(self) -> ImageWish:
        """The wish that asks for this picture again; what the text does not say stays as the base likes it.

        Raises BadRequest where a field that is there cannot be read, or names a sampler we do not have.
        """
        sampler = self.fields.get("Sampler")
        if sampler is not None:
            sampler = _joined_sampler(sampler, self.fields.get("Schedule type", "Automatic"))
        try:
            width, height = (
                (int(side) for side in self.fields["Size"].split("x"))
                if "Size" in self.fields
                else (None,) * 2
            )
            return ImageWish(
                prompt=self.prompt,
                negative=self.negative,
                sampler=sampler,
                width=width,
                height=height,
                seed=int(self.fields["Seed"]) if "Seed" in self.fields else None,
                steps=int(self.fields.get("Steps", ImageWish.steps)),
                guidance=float(self.fields["CFG scale"]) if "CFG scale" in self.fields else None,
                pose_prompt=self.fields.get("Pose prompt", ""),
                **self._variation(),
                **self._hires(),
                face_denoise=float(self.fields.get("Face denoising strength", 0)),
            )
        except ValueError as problem:
            raise BadRequest(f"The parameters in this picture cannot be read: {problem}.") from problem

    def _variation(self) -> dict[str, Any]:
        if "Variation seed" not in self.fields:
            return {}
        return {
            "variation_seed": int(self.fields["Variation seed"]),
            "variation_strength": float(self.fields.get("Variation seed strength", 0)),
        }

    def _hires(self) -> dict[str, Any]:
        """Without an enlargement a denoising strength is that of another tool's img2img."""
        if "Hires upscale" not in self.fields:
            return {}
        denoise = self.fields.get("Denoising strength", ImageWish.hires_denoise)
        return {"hires": float(self.fields["Hires upscale"]), "hires_denoise": float(denoise)}


def write_parameters(
    wish: ImageWish,
    *,
    model: str,
    digest: str,
    adapters: Iterable[tuple[str, str]] = (),
    control: str | None = None,
) -> str:
    """The text for a picture drawn as `wish` says, by a model of this name and sha256.

    `adapters`: names and sha256 of the LoRAs; `control`: where the pose came from ("photo", "skeleton",
    "json").
    """
    fields: dict[str, str] = {"Steps": str(wish.steps)}
    if wish.sampler is not None:
        fields["Sampler"], schedule = _split_sampler(wish.sampler)
        if schedule:
            fields["Schedule type"] = schedule
    if wish.guidance is not None:
        fields["CFG scale"] = f"{wish.guidance:g}"
    if wish.seed is not None:
        fields["Seed"] = str(wish.seed)
    if wish.width and wish.height:
        fields["Size"] = f"{wish.width}x{wish.height}"
    fields |= {"Model hash": digest[:10], "Model": model}
    if wish.variation_strength and wish.variation_seed is not None:
        fields["Variation seed"] = str(wish.variation_seed)
        fields["Variation seed strength"] = f"{wish.variation_strength:.12g}"
    if wish.hires > 1:
        fields["Denoising strength"] = f"{wish.hires_denoise:.12g}"
        fields |= {"Hires upscale": f"{wish.hires:.12g}", "Hires upscaler": "Lanczos"}
    if wish.face_denoise:
        fields["Face denoising strength"] = f"{wish.face_denoise:.12g}"
    fields["RNG"] = "CPU"
    if wish.pose_prompt.strip():
        fields["Pose prompt"] = one_line(wish.pose_prompt)
    hashes = ", ".join(f"{re.sub('[:,]', '', name)}: {sha256[:12]}" for name, sha256 in adapters)
    if hashes:
        fields["Lora hashes"] = hashes
    if control:
        module = {"photo": "blazepose"}.get(control, "none")
        fields["ControlNet 0"] = f"Module: {module}, Model: openpose, Weight: {wish.control_weight:g}"
    fields["Version"] = f"likeness-{_version()}"
    lines = [one_line(wish.prompt)]
    if one_line(wish.negative):
        lines.append(f"{_NEGATIVE} {one_line(wish.negative)}")
    lines.append(", ".join(f"{key}: {_quoted(value)}" for key, value in fields.items() if value))
    return "\n".join(lines)


def read_parameters(text: str) -> Parameters:
    """Take a `parameters` text apart, ours or another tool's. Never fails: unreadable text is all prompt."""
    *lines, last = text.strip().split("\n")
    pairs = _PAIR.findall(last)
    if len(pairs) < 3:
        lines, pairs = [*lines, last], []
    start = next(
        (number for number, line in enumerate(lines) if line.strip().startswith(_NEGATIVE)), len(lines)
    )
    negative = "\n".join(lines[start:]).strip().removeprefix(_NEGATIVE)
    fields = {key.strip(): _unquoted(value.strip()) for key, value in pairs}
    return Parameters("\n".join(lines[:start]).strip(), negative.strip(), fields)


def _joined_sampler(name: str, schedule: str) -> str:
    if schedule in _SCHEDULES and not name.endswith(schedule):
        return f"{name} {schedule}"
    if schedule == "Automatic" and f"{name} Karras" in SAMPLERS and name not in SAMPLERS:
        return f"{name} Karras"  # what "Automatic" means for the DPM++ family
    return name


def _split_sampler(name: str) -> tuple[str, str]:
    for schedule in _SCHEDULES:
        if name.endswith(" " + schedule):
            return name.removesuffix(" " + schedule), schedule
    return name, ""


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if re.search('[,:\n"]', value) else value


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value


def _version() -> str:
    try:
        return version("likeness")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "unknown"
