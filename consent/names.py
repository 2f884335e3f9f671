"""Names of people who never agreed: found also when one letter is wrong.

`taylor swift` is found as a phrase, also as `TaylorSwift` or `t4ylor sw1ft` (consent.normalise). What is left is the
slip of one letter (`tayler swift`), which a text model reads through: two words in a row that are a name but for one
letter left out, put in or changed. Only whole names of some length: a single name is too short to be guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from consent.lines import Phrase
from consent.normalise import Token
from consent.phrases import Match

_SHORTEST = 9
"""Letters of a name before a slip is looked for in it: below that, other words are one letter away."""


class Misspellings:
    """Names of two words and more, by the first letters of their first two words."""

    def __init__(self, names: Iterable[Phrase], mark: str) -> None:
        self._mark = mark
        self._by_initials: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for name in names:
            whole = "".join(name)
            if len(name) > 1 and len(whole) >= _SHORTEST:
                known = self._by_initials.setdefault((name[0][0], name[1][0]), [])
                known.append((len(name), whole))

    def find(self, reading: Sequence[Token]) -> list[Match]:
        """Every name in the words of a reading that is right but for one letter."""
        matches = []
        for first, (one, two) in enumerate(pairwise(reading)):
            initials = (one.spellings[-1][0], two.spellings[-1][0])
            for size, name in self._by_initials.get(initials, ()):
                said = "".join(token.spellings[-1] for token in reading[first : first + size])
                if _one_slip_apart(said, name):
                    matches.append(Match(first, first + size, self._mark))
        return matches


def _one_slip_apart(said: str, name: str) -> bool:
    """Whether one letter left out, put in or changed, or two swapped, makes the one the other; equal counts too."""
    if abs(len(said) - len(name)) > 1:
        return False
    begin = next(_differences(said, name), min(len(said), len(name)))
    one, other = said[begin:], name[begin:]
    return one == other or one[1:] == other[1:] or one[1:] == other or one == other[1:] or (
        one[:2] == other[1::-1] and one[2:] == other[2:]
    )


def _differences(one: str, other: str) -> Iterator[int]:
    return (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
