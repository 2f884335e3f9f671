"""Lists of phrases, written short and found fast.

A line is kept as it is written (`consent/lines.py`): a row of places, each a set of words. Every line hangs on that of
its places whose words are the rarest in the lists. A prompt's word leads to the lines that hang on it, and those whose
other words are in the prompt too are followed to both sides, so that the time of a look-up hardly grows with the lists:
`in`, `the` and `his` lead nowhere. (The same lists as regular expressions were measured at 350 times the time of word
look-ups.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from itertools import chain, product
from math import prod
from operator import or_
from typing import NamedTuple

from consent.lines import ANYTHING, GAP, NOTHING, Line, Phrase, Place
from consent.normalise import Token, elongates, has_double, squeezed

_SHORTEST_JOINED = 5
_MOST_RUN_TOGETHER = 60  # ways to say a line of two words; each takes memory
_MOST_OF_LONGER_LINES = 8  # nobody writes long phrases as one word


class Match(NamedTuple):
    """Words `first` to `last` (excluded) of a reading are a line of the list marked so."""

    first: int
    last: int
    mark: str


class _Hung(NamedTuple):
    """A line as seen from the place it hangs on: the places to each side, and what must stand in one of them."""

    before: Line  # from there to the front
    after: Line
    mark: str
    elsewhere: Place  # the rarest of those places; where each may be left out, the place itself


class _Lead(NamedTuple):
    """Where one word leads: the marks it has by itself, and the lines that hang on it by each word of another place."""

    marks: tuple[str, ...]
    lines: Mapping[str, Sequence[_Hung]]


class _Leads(dict[str, _Lead]):
    """The lead of each word, put together when a prompt first says it: for all of them it would take long to begin."""

    def __init__(self, alone: Sequence[Mapping[str, tuple[str, ...]]], lines: Mapping[str, Sequence[_Hung]]) -> None:
        self._alone, self._lines = alone, lines

    def __missing__(self, word: str) -> _Lead:
        by_other: dict[str, list[_Hung]] = {}
        for hung in self._lines.get(word, ()):
            for other in (word,) if word in hung.elsewhere else hung.elsewhere:
                by_other.setdefault(other, []).append(hung)
        self[word] = lead = _Lead(tuple(mark for marks in self._alone for mark in marks.get(word, ())), by_other)
        return lead


class Phrases:
    """Lines, each with the mark of its list. `ordinary` words are never taken for a disguise of another, and
    `apart` pairs never for one word in two parts.
    """

    def __init__(self, marked: Iterable[tuple[Line, str]], ordinary: Iterable[str] = (),
                 apart: Iterable[Phrase] = (), between: Callable[[], None] = lambda: None) -> None:
        self._words: dict[str, tuple[str, ...]] = {}  # marks of a line of one place
        self._run_together: dict[str, tuple[str, ...]] = {}  # lines as they read without the spaces; no known words
        self._lines: dict[str, list[_Hung]] = {}  # by each word of the place it hangs on
        self._leads = _Leads((self._words, self._run_together), self._lines)
        self._known: set[str] = set(ordinary)
        self._apart = frozenset(apart)
        lines = list(marked)
        places = Counter(place for line, _ in lines for place in line)
        said: Counter[str] = Counter()
        for place, times in places.items():
            said.update(dict.fromkeys(place, times))
        self._known |= said.keys() - {NOTHING, ANYTHING}
        frequency = {place: sum(map(said.__getitem__, place)) for place in places}
        for line, mark in lines:
            between()
            self._add(line, mark, frequency)
        self._held: dict[str, list[str]] = {}  # of words with a double letter: the others are what they squeeze to
        for word in filter(has_double, chain(self._known, self._run_together)):
            self._held.setdefault(squeezed(word), []).append(word)

    def find(self, reading: Sequence[Token]) -> list[Match]:
        """Every line that stands in the words of a reading."""
        heard = [self._heard(token.spellings) for token in reading]
        matches = list(self._in_parts(reading))
        where: dict[str, int] = {}  # of each word heard: a bit for each place where it stands
        for at, said in enumerate(heard):
            for word in said:
                where[word] = where.get(word, 0) | 1 << at
        words_heard = where.keys()
        for at, said in enumerate(heard):
            for word in said:
                marks, lines = self._leads[word]
                for mark in marks:
                    matches.append(Match(at, at + 1, mark))
                if lines:
                    for other in lines.keys() & words_heard:
                        for before, after, mark, _ in lines[other]:
                            if lasts := _reached(after, heard, where, at, 1):
                                for first in _reached(before, heard, where, at, -1):
                                    matches += [Match(first, last + 1, mark) for last in lasts]
        return matches

    def _add(self, line: Line, mark: str, frequency: Mapping[Place, int]) -> None:
        if len(line) == 1:
            for word in line[0]:
                _also(self._words, word, mark)
            return
        at = min((at for at, place in enumerate(line) if NOTHING not in place), key=lambda at: frequency[line[at]])
        before, after = line[:at][::-1], line[at + 1 :]
        others = [place for place in before + after if NOTHING not in place]
        hung = _Hung(before, after, mark, elsewhere=min(others, key=frequency.__getitem__, default=line[at]))
        for word in line[at]:
            self._lines.setdefault(word, []).append(hung)
        most = _MOST_RUN_TOGETHER if len(line) == 2 else _MOST_OF_LONGER_LINES
        if GAP not in line and prod(map(len, line)) <= most:
            for whole in map("".join, product(*line)):
                if len(whole) >= _SHORTEST_JOINED and whole not in self._known:
                    _also(self._run_together, whole, mark)

    def _heard(self, spellings: tuple[str, ...]) -> tuple[str, ...]:
        """The words of the lists that a token may stand for, run-together ones (`idcard`) too."""
        if len(spellings) == 1 and spellings[0] in self._known:
            return spellings
        heard: list[str] = []
        for word in spellings:
            if word in self._known or word in self._run_together:
                heard.append(word)
            elif has_double(word):
                heard.extend(self._elongated(word))
        return tuple(heard)

    def _elongated(self, word: str) -> tuple[str, ...]:
        """The words that are this one with letters held; 77 is no 7 with a digit held."""
        if word.isdigit():
            return ()
        short = squeezed(word)
        plain = (short,) if short in self._known or short in self._run_together else ()
        return tuple(known for known in (*plain, *self._held.get(short, ())) if elongates(word, known))

    def _in_parts(self, reading: Sequence[Token]) -> Iterator[Match]:
        """One word written in two or three parts (`na ked`)."""
        before = farther = ""
        for index, token in enumerate(reading):
            here = token.spellings[-1]
            whole = before + here
            if whole in self._words and before and len(whole) >= _SHORTEST_JOINED and (before, here) not in self._apart:
                for mark in self._words[whole]:
                    yield Match(index - 1, index + 1, mark)
            if farther and len(before) <= 2:
                whole = farther + whole
                if whole in self._words and len(whole) >= _SHORTEST_JOINED:
                    for mark in self._words[whole]:
                        yield Match(index - 2, index + 1, mark)
            farther, before = before, here


def _reached(
    places: Line, heard: Sequence[tuple[str, ...]], where: Mapping[str, int], at: int, step: int
) -> Sequence[int]:
    """The words at which a line can end whose places follow word `at`, one `step` after the other."""
    passed = 0
    for place in places:  # most lines say all their words, and most that are not in the prompt end here
        if NOTHING in place:
            break
        passed += 1
        at += step
        if not 0 <= at < len(heard) or place.isdisjoint(heard[at]):
            return ()
    else:
        return (at,)
    ends = 1 << at  # a bit for each word, since from here on there may be several
    for place in places[passed:]:
        beside = ends << 1 if step > 0 else ends >> 1
        if place is not GAP:
            beside &= reduce(or_, map(where.__getitem__, place.intersection(where)), 0)
        ends = ends | beside if NOTHING in place else beside
        if not ends:
            return ()
    return [end for end in range(len(heard)) if ends >> end & 1]


def _also(table: dict[str, tuple[str, ...]], word: str, mark: str) -> None:
    marks = table.get(word, ())
    if mark not in marks:
        table[word] = _joined(marks, mark)


@cache
def _joined(marks: tuple[str, ...], mark: str) -> tuple[str, ...]:
    """The marks and one more: the same tuple for all the thousands of words that have the same."""
    return (*marks, mark)
