"""Prompts with what is in them, and eight ways to hide it: what the context lists are measured on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Labelled:
    """A prompt with the contexts that must be found in it, and those that may be."""

    prompt: str
    must: frozenset[str]
    may: frozenset[str]


def read(name: str) -> list[Labelled]:
    """The prompts of `labelled.txt` (tuned on), or of `held_out.txt` and `unseen.txt` (measured on)."""
    return [_labelled(line) for line in (HERE / name).read_text("utf-8").splitlines() if line and line[0] != "#"]


def _labelled(line: str) -> Labelled:
    labels, prompt = line.split(" | ")
    named = [label for label in labels.split() if label != "-"]
    may = frozenset(label[1:] for label in named if label[0] == "~")
    return Labelled(prompt, frozenset(label for label in named if label[0] != "~"), may)


def _spelled(table: Mapping[str, str]) -> Callable[[str], str]:
    return lambda word: "".join(table.get(letter, letter) for letter in word)


def _wide(word: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)


EVASIONS: dict[str, Callable[[str], str]] = {
    "digits": _spelled(dict(zip("aeiost", "431057", strict=True))),
    "spacing": lambda phrase: "  ".join(" ".join(word) for word in phrase.split()),
    "full stops": lambda phrase: " ".join(".".join(word) for word in phrase.split()),
    "invisible": "\u200b".join,
    "accents": _spelled(dict(zip("aeioucny", "áëîöúçñý", strict=True))),
    "held letters": lambda word: "".join(letter * 3 if letter in "aeiou" else letter for letter in word),
    "look-alikes": _spelled(dict(zip("aceopxyi", "асеорхуі", strict=True))),
    "full width": _wide,
}
"""Each takes the words to hide and writes them so that they still read the same."""
