"""The embedded base: a Stable Diffusion small enough to ship, and the paper-doll world it was taught.

Purity: this folder knows pictures, dolls and captions; it imports nothing else of the project, and the world
(people, poses, scenes, drawing, captions, skeletons) needs Pillow alone: never torch.

The base itself is a folder of weights in the diffusers layout and its model card (`README.md`); it is loaded
like any other base, by `generation.base`. The world is here because a newcomer needs a subject to photograph,
and because whoever trains the base further trains it on these pictures.
"""

from pathlib import Path

WEIGHTS: Path = Path(__file__).resolve().parent / "weights"
"""The diffusers folder: tokenizer, text encoder, VAE, UNet, scheduler, ControlNets of skeletons and edges (23 MB)."""

NATIVE_SIZE: int = 64
"""Side in pixels of the pictures the weights were trained on."""

STEPS: int = 20
GUIDANCE: float = 4.0
"""Steps of DPM++ 2M and strength of guidance the weights are measured with."""

PROBE: Path = Path(__file__).resolve().parent / "probe.safetensors"
"""The network that reads doll pictures back (`miniature.probe`)."""
