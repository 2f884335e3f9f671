"""Lists of phrases, written short and found fast.

A line is written as a person would write it (`glass|bottle+ of {wine}`) and kept that way: a row of places, each a set
of words. Every line hangs on that of its places whose words are the rarest in the lists. A prompt's word leads to the
lines that hang on it, and those are followed to both sides, so that the time of a look-up hardly grows with the lists:
`in`, `the` and `his` lead nowhere. (The same lists as regular expressions were measured at 350 times the time of word
look-ups.)

Grammar of one line, place by place:

    beer            this word                       beer|ale        one of these
    pint+           pint, pints                     {drink}         one of the words of the set `drink`
    rob*            rob, robs, robbed, robbing      of?             this word or none
    ~3              up to three words, whatever they are (not at either end of a line)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import NamedTuple

from consent.normalise import Token, elongates, has_double, squeezed, words

Place = frozenset[str]
Line = tuple[Place, ...]
Phrase = tuple[str, ...]

_NOTHING = ""
"""Stands in a place that may be left out; no word is empty."""
_ANYTHING = "~"
"""Stands in a place that every word fills, also one that is in no list."""
_GAP = frozenset((_ANYTHING, _NOTHING))
_ONE_WORD = re.compile(r"[a-z0-9]+")
_ANY_WORDS = re.compile(r"~([1-9])")
_SHORTEST_JOINED = 5
_MOST_RUN_TOGETHER = 600  # ways to say a line of two words, and of more: nobody writes long phrases as one word
_MOST_OF_LONGER_LINES = 8


class Match(NamedTuple):
    """Words `first` to `last` (excluded) of a reading are a line of the list marked so."""

    first: int
    last: int
    mark: str


class _Hung(NamedTuple):
    """A line as seen from the place it hangs on: what may stand next to that, and all the places to each side."""

    left: Place | None
    before: Line  # from there to the front
    right: Place | None
    after: Line
    mark: str


class Phrases:
    """Lines, each with the mark of its list. `ordinary` words are never taken for a disguise of another, and
    `apart` pairs never for one word in two parts.
    """

    def __init__(self, marked: Iterable[tuple[Line, str]], ordinary: Iterable[str] = (),
                 apart: Iterable[Phrase] = ()) -> None:
        self._words: dict[str, tuple[str, ...]] = {}  # marks of a line of one place
        self._lines: dict[str, list[_Hung]] = {}  # by each word of the place it hangs on
        self._run_together: dict[str, tuple[str, ...]] = {}  # lines as they read without the spaces
        self._known: set[str] = set(ordinary)
        self._apart = frozenset(apart)
        lines = list(marked)
        places = Counter(place for line, _ in lines for place in line)
        said: Counter[str] = Counter()
        for place, times in places.items():
            said.update(dict.fromkeys(place, times))
        self._known |= said.keys() - {_NOTHING, _ANYTHING}
        frequency = {place: sum(map(said.__getitem__, place)) for place in places}
        for line, mark in lines:
            self._add(line, mark, frequency)
        self._held: dict[str, list[str]] = {}
        for word in {*self._known, *self._run_together}:
            self._held.setdefault(squeezed(word), []).append(word)

    def find(self, reading: Sequence[Token]) -> list[Match]:
        """Every line that stands in the words of a reading."""
        heard = [self._heard(token.spellings) for token in reading]
        matches = list(self._as_one(reading))
        around = [(), *heard, ()]
        for at, said in enumerate(heard):
            for word in said:
                for mark in self._words.get(word, ()):
                    matches.append(Match(at, at + 1, mark))
                for hung in self._lines.get(word, ()):
                    if (hung.left is not None and hung.left.isdisjoint(around[at])) or (
                        hung.right is not None and hung.right.isdisjoint(around[at + 2])
                    ):
                        continue
                    lasts = _reached(hung.after, heard, at, 1)
                    matches += [
                        Match(first, last + 1, hung.mark)
                        for first in (_reached(hung.before, heard, at, -1) if lasts else ()) for last in lasts
                    ]
        return matches

    def _add(self, line: Line, mark: str, frequency: Mapping[Place, int]) -> None:
        if len(line) == 1:
            for word in line[0]:
                _also(self._words, word, mark)
            return
        at = min((at for at, place in enumerate(line) if _NOTHING not in place), key=lambda at: frequency[line[at]])
        before, after = line[:at][::-1], line[at + 1 :]
        hung = _Hung(_next_to_it(before), before, _next_to_it(after), after, mark)
        for word in line[at]:
            self._lines.setdefault(word, []).append(hung)
        if _GAP not in line and prod(map(len, line)) <= (
            _MOST_RUN_TOGETHER if len(line) == 2 else _MOST_OF_LONGER_LINES
        ):
            for whole in map("".join, product(*line)):
                if len(whole) >= _SHORTEST_JOINED and whole not in self._known:
                    _also(self._run_together, whole, mark)

    def _heard(self, spellings: tuple[str, ...]) -> tuple[str, ...]:
        """The words of the lists that a token may stand for."""
        if len(spellings) == 1:
            word = spellings[0]
            if word in self._known:
                return spellings
            return self._elongated(word) if has_double(word) else ()
        heard = [word for word in spellings if word in self._known]
        for word in spellings:
            if word not in self._known and has_double(word):
                heard.extend(self._elongated(word))
        return tuple(heard)

    def _elongated(self, word: str) -> tuple[str, ...]:
        """The words that are this one with letters held; 77 is no 7 with a digit held."""
        if word.isdigit():
            return ()
        return tuple(known for known in self._held.get(squeezed(word), ()) if elongates(word, known))

    def _as_one(self, reading: Sequence[Token]) -> Iterator[Match]:
        """Two words run together (`idcard`), and one word written in two or three parts (`na ked`)."""
        before = farther = None
        for index, token in enumerate(reading):
            for word in token.spellings:
                for mark in self._together(word):
                    yield Match(index, index + 1, mark)
            here = token.spellings[-1]
            if before is not None:
                for mark in self._in_parts(before + here):
                    if (before, here) not in self._apart:
                        yield Match(index - 1, index + 1, mark)
                if farther is not None and len(before) <= 2:
                    for mark in self._in_parts(farther + before + here):
                        yield Match(index - 2, index + 1, mark)
            farther, before = before, here

    def _in_parts(self, word: str) -> tuple[str, ...]:
        return self._words.get(word, ()) if len(word) >= _SHORTEST_JOINED else ()

    def _together(self, word: str) -> Iterable[str]:
        if word in self._run_together:
            return self._run_together[word]
        if word in self._known or not has_double(word):
            return ()
        return [mark for known in self._elongated(word) for mark in self._run_together.get(known, ())]


def read_line(text: str, sets: Mapping[str, Sequence[str]]) -> Line:
    """One line as places; ValueError says what is wrong with it."""
    line = tuple(filled for place in text.split() for filled in _places(place, sets))
    if not line or _NOTHING in line[0]:
        raise ValueError(f"the line {text!r} begins with nothing")
    if line[-1] is _GAP:
        raise ValueError(f"the line {text!r} ends with anything")
    return line


def said(phrase: str) -> Line:
    """A phrase as somebody wrote it, to be found word by word."""
    return tuple(frozenset((word,)) for word in words(phrase))


def _reached(places: Line, heard: Sequence[tuple[str, ...]], at: int, step: int) -> Iterable[int]:
    """The words at which a line can end whose places follow word `at`, one `step` after the other."""
    ends = {at}
    for place in places:
        further = set(ends) if _NOTHING in place else set()
        for end in ends:
            beside = end + step
            if 0 <= beside < len(heard) and (_ANYTHING in place or not place.isdisjoint(heard[beside])):
                further.add(beside)
        if not further:
            return ()
        ends = further
    return ends


def _next_to_it(places: Line) -> Place | None:
    """The words that can stand next to the one a line hangs on: most lines end there, without being followed.

    None where anything can.
    """
    beside: set[str] = set()
    for place in places:
        beside |= place
        if _ANYTHING in place:
            break
        if _NOTHING not in place:
            return frozenset(beside)
    return None


def _also(table: dict[str, tuple[str, ...]], word: str, mark: str) -> None:
    if mark not in table.get(word, ()):
        table[word] = (*table.get(word, ()), mark)


def _places(place: str, sets: Mapping[str, Sequence[str]]) -> Sequence[Place]:
    """What one place of a line as it is written stands for; a gap is as many places as it may have words."""
    gap = _ANY_WORDS.fullmatch(place)
    return (_GAP,) * int(gap[1]) if gap else (_place(place, sets),)


def _place(place: str, sets: Mapping[str, Sequence[str]]) -> Place:
    """The words that can stand in one place of a line."""
    forms = [word for form in place.removesuffix("?").split("|") for word in _members(form, sets)]
    choices = {inflected for form in forms for inflected in _inflected(form)}
    return frozenset(choices | {_NOTHING} if place.endswith("?") else choices)


def _members(form: str, sets: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if not form.startswith("{"):
        return (form,)
    name = form.strip("{}")
    if name not in sets:
        raise ValueError(f"there is no set called {name!r}")
    return sets[name]


@cache
def _inflected(form: str) -> tuple[str, ...]:
    word = form.rstrip("+*")
    if not _ONE_WORD.fullmatch(word):
        raise ValueError(f"{word!r} is not one word as prompts are read")
    if form == word:
        return (word,)
    if form.endswith("+"):
        return (word, _with_s(word))
    stem = word + word[-1] if _doubles(word) else word
    past = stem[:-1] + "ied" if _consonant_y(word) else stem.removesuffix("e") + "ed"
    going = (word if word.endswith(("ee", "ye", "oe")) else stem.removesuffix("e")) + "ing"
    return (word, _with_s(word), past, going)


def _with_s(word: str) -> str:
    if _consonant_y(word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _consonant_y(word: str) -> bool:
    return re.search(r"[^aeiou]y$", word) is not None


def _doubles(word: str) -> bool:
    """One syllable that ends in consonant, vowel, consonant: rob, strip."""
    return re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", word) is not None
