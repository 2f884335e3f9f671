"""What the rules raise.

ConsentError
└── NotAllowed      somebody asked for what the consent at hand does not cover; carries every reason at once
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why something is refused: a code for machines, a sentence for people that says what to do."""

    code: str
    sentence: str


class ConsentError(Exception):
    """Anything the rules of consent have to say no to."""


class NotAllowed(ConsentError):
    """The consent at hand does not cover what was asked; `str()` is what people read."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        if not reasons:
            raise ValueError("a refusal without a reason helps nobody")
        super().__init__(" ".join(reason.sentence for reason in reasons))
        self.reasons = reasons

    def __reduce__(self) -> tuple[type[NotAllowed], tuple[tuple[Reason, ...]]]:
        """Keep the reasons when the error travels between processes."""
        return (NotAllowed, (self.reasons,))
