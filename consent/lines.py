"""A line of a list, as a person writes it (`glass|bottle+ of {wine}`): a row of places, each a set of words.

Grammar of one line, place by place:

    beer            this word                       beer|ale        one of these
    pint+           pint, pints                     {drink}         one of the words of the set `drink`
    rob*            rob, robs, robbed, robbing      of?             this word or none
    ~3              up to three words, whatever they are (not at either end of a line)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from consent.normalise import words

Place = frozenset[str]
Line = tuple[Place, ...]
Phrase = tuple[str, ...]

NOTHING = ""
"""Stands in a place that may be left out; no word is empty."""
ANYTHING = "~"
"""Stands in a place that every word fills, also one that is in no list."""
GAP = frozenset((ANYTHING, NOTHING))
_ONE_WORD = re.compile(r"[a-z0-9]+")
_ANY_WORDS = re.compile(r"~([1-9])")


def read_line(text: str, sets: Mapping[str, Sequence[str]]) -> Line:
    """One line as places; ValueError says what is wrong with it."""
    return reader(sets)(text)


def reader(sets: Mapping[str, Sequence[str]], between: Callable[[], None] = lambda: None) -> Callable[[str], Line]:
    """What reads lines: `read_line` for many of them, which mostly have the same places (`a|the`)."""
    places = cache(partial(_places, sets=sets))

    def read_one(text: str) -> Line:
        between()
        return _line(text, [filled for place in text.split() for filled in places(place)])

    return read_one


def _line(text: str, places: Sequence[Place]) -> Line:
    line = tuple(places)
    if not line or NOTHING in line[0]:
        raise ValueError(f"the line {text!r} begins with nothing")
    if line[-1] is GAP:
        raise ValueError(f"the line {text!r} ends with anything")
    return line


def said(phrase: str) -> Line:
    """A phrase as somebody wrote it, to be found word by word."""
    return tuple(frozenset((word,)) for word in words(phrase))


def _places(place: str, sets: Mapping[str, Sequence[str]]) -> Sequence[Place]:
    """What one place of a line as it is written stands for; a gap is as many places as it may have words."""
    gap = _ANY_WORDS.fullmatch(place)
    return (GAP,) * int(gap[1]) if gap else (_place(place, sets),)


def _place(place: str, sets: Mapping[str, Sequence[str]]) -> Place:
    """The words that can stand in one place of a line."""
    forms = [word for form in place.removesuffix("?").split("|") for word in _members(form, sets)]
    choices = {inflected for form in forms for inflected in _inflected(form)}
    return frozenset(choices | {NOTHING} if place.endswith("?") else choices)


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
