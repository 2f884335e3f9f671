"""Lists of phrases, written short and found fast.

A line is written as a person would write it (`glass|bottle+ of {wine}`) and kept that way: a row of places, each a set
of words. A prompt's word leads to the lines that begin with it, and those are followed place by place, so that the
time of a look-up hardly grows with the lists. (The same lists as regular expressions were measured at 350 times the
time of word look-ups.)

Grammar of one line, place by place:

    beer            this word                       beer|ale        one of these
    pint+           pint, pints                     {drink}         one of the words of the set `drink`
    rob*            rob, robs, robbed, robbing      of?             this word or none
"""

from __future__ import annotations

import re
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
_ONE_WORD = re.compile(r"[a-z0-9]+")
_SHORTEST_JOINED = 5
_MOST_RUN_TOGETHER = 600  # ways to say a line of two words, and of more: nobody writes long phrases as one word
_MOST_OF_LONGER_LINES = 8


class Match(NamedTuple):
    """Words `first` to `last` (excluded) of a reading are a line of the list marked so."""

    first: int
    last: int
    mark: str


class Phrases:
    """Lines, each with the mark of its list. `ordinary` words are never taken for a disguise of another, and
    `apart` pairs never for one word in two parts.
    """

    def __init__(self, marked: Iterable[tuple[Line, str]], ordinary: Iterable[str] = (),
                 apart: Iterable[Phrase] = ()) -> None:
        self._words: dict[str, tuple[str, ...]] = {}  # marks of a line of one place
        self._lines: dict[str, list[tuple[Line, str]]] = {}  # first word → the places after it, and the mark
        self._run_together: dict[str, tuple[str, ...]] = {}  # lines as they read without the spaces
        self._known: set[str] = set(ordinary)
        self._apart = frozenset(apart)
        for line, mark in marked:
            self._add(line, mark)
        self._held: dict[str, list[str]] = {}
        for word in {*self._known, *self._run_together}:
            self._held.setdefault(squeezed(word), []).append(word)

    def find(self, reading: Sequence[Token]) -> list[Match]:
        """Every line that stands in the words of a reading."""
        heard = [self._heard(token.spellings) for token in reading]
        matches = list(self._as_one(reading))
        for first, said in enumerate(heard):
            for word in said:
                for mark in self._words.get(word, ()):
                    matches.append(Match(first, first + 1, mark))
                for rest, mark in self._lines.get(word, ()):
                    matches.extend(Match(first, last, mark) for last in _ends(rest, heard, first + 1))
        return matches

    def _add(self, line: Line, mark: str) -> None:
        for place in line:
            self._known |= place - {_NOTHING}
        if len(line) == 1:
            for word in line[0]:
                _also(self._words, word, mark)
            return
        for word in line[0]:
            self._lines.setdefault(word, []).append((line[1:], mark))
        if prod(map(len, line)) <= (_MOST_RUN_TOGETHER if len(line) == 2 else _MOST_OF_LONGER_LINES):
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
    line = tuple(_place(place, sets) for place in text.split())
    if not line or _NOTHING in line[0]:
        raise ValueError(f"the line {text!r} begins with nothing")
    return line


def said(phrase: str) -> Line:
    """A phrase as somebody wrote it, to be found word by word."""
    return tuple(frozenset((word,)) for word in words(phrase))


def _ends(rest: Line, heard: Sequence[tuple[str, ...]], at: int) -> Iterable[int]:
    """Where a line can end whose remaining places begin at word `at`."""
    ends = {at}
    for place in rest:
        further = set(ends) if _NOTHING in place else set()
        for end in ends:
            if end < len(heard) and not place.isdisjoint(heard[end]):
                further.add(end + 1)
        if not further:
            return ()
        ends = further
    return ends


def _also(table: dict[str, tuple[str, ...]], word: str, mark: str) -> None:
    if mark not in table.get(word, ()):
        table[word] = (*table.get(word, ()), mark)


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
