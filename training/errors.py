"""What can go wrong in a training, in sentences for people.

TrainingError
├── BadExample        a photo or caption cannot be learnt from as it is (also a ValueError)
├── StateMismatch     a saved state belongs to another training, or is damaged
└── TrainingFailed    the training ran, and what it made must not be used
"""

from __future__ import annotations


class TrainingError(Exception):
    """A training cannot go on; the message says why and what to do."""


class BadExample(TrainingError, ValueError):
    """A photo or its caption cannot be learnt from; the message counts photos from 1."""


class StateMismatch(TrainingError):
    """The saved state is not of this plan, these photos and this base, or it is damaged."""


class TrainingFailed(TrainingError):
    """The training went wrong, and no LoRA file may be kept from it."""
