"""Contexts: what a picture may not be about, found in the words that ask for it.

The lists stand in `contexts.toml` and `names.toml`; whoever opens the studio reads them in (`read`) and passes them
on, because nothing here opens a file. `Lists.check` is the one question: which forbidden contexts does this text
touch, with which words, and where.

It fails closed: a text longer than what is read is refused and not cut, a context that the lists do not know is an
error and not silence, and a word that has two meanings is refused unless the words around it make it harmless
(`gin rummy`). Do not add a switch that skips it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from consent.ledger import canonical_json
from consent.lines import Line, Phrase, reader, said
from consent.names import Misspellings
from consent.normalise import Token, fold, origin, readings, words
from consent.phrases import Match, Phrases

MOST_CHARACTERS = 1_000
"""A longer text is refused: what is not read cannot be allowed."""

FORBIDDEN_TO_ALL = frozenset({"nudity", "hate", "identity_document"})
"""Never drawn, of nobody and of no character either."""
FORBIDDEN_WITH_A_PERSON = FORBIDDEN_TO_ALL | {"minors"}
"""Never drawn with a real person, whatever they agree to."""
LABELS = frozenset({"alcohol", "drugs", "crime", "humiliation"})
"""Besides what is forbidden: what must not be taught about a real person, because a caption says what they *are*."""

PUBLIC_NAME, NEVER, OWN_WORD, TOO_LONG = "public_name", "never", "own_word", "too_long"
"""What a finding can be about beside a context."""
_EXCEPT = "except "
_STAND_IN = "radke"
"""Who is in the picture, as the lists say it: “young radke” is found whatever they are called."""


@dataclass(frozen=True, order=True)
class Finding:
    """Something forbidden: where in the text, the context, and the words as the person wrote them."""

    start: int
    end: int
    context: str
    word: str


@dataclass(frozen=True)
class Context:
    """One context as people read about it: `is_about` ends the sentence “this word is about …”."""

    name: str
    is_about: str


@dataclass(frozen=True)
class Lists:
    """The lists as they are used. `version` changes with every word of them."""

    version: str
    contexts: Mapping[str, Context]
    _phrases: Phrases = field(repr=False)
    _negative: Phrases = field(repr=False)
    _misspellings: Misspellings = field(repr=False)
    _apart: frozenset[Phrase] = field(repr=False)
    _everyday: frozenset[str] = field(repr=False)

    def check(
        self,
        text: str,
        forbidden: Collection[str],
        own_words: Collection[str] = (),
        *,
        never: Collection[str] = (),
        allowed: Collection[str] = (),
        named: Collection[str] = (),
    ) -> tuple[Finding, ...]:
        """What of `forbidden` (contexts), `own_words` and `never` (names) the text touches, in its own order.

        Names of the public list are always looked for, but for those `named`: who is in the picture by their own
        consent, and is meant where the lists say radke. `allowed` are the notes of moderators (“mallard drake”):
        phrases in which neither a public name is found nor a context, unless that is forbidden with every real
        person. A name of `never` that is an everyday word is found as a handle only (`is_everyday`). Raises
        ValueError for a context the lists do not know.
        """
        unknown = set(forbidden) - self.contexts.keys()
        if unknown:
            raise ValueError(f"there is no context {', '.join(sorted(unknown))}")
        if len(text) > MOST_CHARACTERS:
            return (Finding(0, len(text), TOO_LONG, f"{text[:20]}…"),)
        wanted = {*forbidden, PUBLIC_NAME}
        extra = self._own(frozenset(own_words), frozenset(never), frozenset(allowed), frozenset(named))
        folded = fold(text)
        found: set[Finding] = set()
        for reading in readings(folded):
            matches = self._phrases.find(_with_stand_in(reading, named) if named else reading)
            matches += self._misspellings.find(reading)
            if extra is not None:
                matches += extra.find(reading)
                matches += self._handles(folded, reading, never)
            if matches:
                found.update(_findings(text, reading, _standing(matches, wanted | {OWN_WORD, NEVER})))
        return tuple(sorted(_outermost(found)))

    def check_negative(self, text: str, forbidden: Collection[str]) -> tuple[Finding, ...]:
        """What a negative prompt asks for by what it keeps away.

        Naming a thing there is not asking for it; keeping away clothes, or adults, is.
        """
        if len(text) > MOST_CHARACTERS:
            return (Finding(0, len(text), TOO_LONG, f"{text[:20]}…"),)
        found: set[Finding] = set()
        for reading in readings(fold(text)):
            matches = self._negative.find(reading)
            found.update(_findings(text, reading, _standing(matches, set(forbidden))))
        return tuple(sorted(_outermost(found)))

    def is_whole_finding(self, phrase: str) -> bool:
        """Whether a phrase is itself what a context forbids, word for word, with nothing around it."""
        size = len(words(phrase))
        return any(
            match.first == 0 and match.last == size and match.mark in self.contexts
            for match in self._phrases.find(readings(fold(phrase))[0])
        )

    def is_everyday(self, name: str) -> bool:
        """Whether a name is one word that prompts are full of (“Will”): alone it is no sign that somebody is meant."""
        said = words(name)
        return len(said) == 1 and said[0] in self._everyday

    def _handles(self, folded: str, reading: list[Token], never: Collection[str]) -> list[Match]:
        """Names that are everyday words where they stand for somebody: as @will, or as the whole text."""
        everyday = self._everyday_among(frozenset(never))
        return [
            Match(at, at + 1, NEVER) for at, token in enumerate(reading)
            if not everyday.isdisjoint(token.spellings)
            and (len(reading) == 1 or "@" in folded[max(token.start - 1, 0) : token.start + 1])
        ] if everyday else []

    @lru_cache(maxsize=8)  # noqa: B019 (the lists live as long as the studio)
    def _everyday_among(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset(words(name)[0] for name in names if self.is_everyday(name))

    @lru_cache(maxsize=256)  # noqa: B019 (the lists live as long as the studio)
    def _own(
        self, own: frozenset[str], never: frozenset[str], allowed: frozenset[str], named: frozenset[str]
    ) -> Phrases | None:
        """What a wish adds to the lists, as a list of its own; None when it adds nothing."""
        if not (own or never or allowed or named):
            return None
        marked = [(line, OWN_WORD) for phrase in own for line in (said(phrase), said(phrase + "s"))]
        marked += [(said(name), NEVER) for name in never if not self.is_everyday(name)]
        marked += [(said(name), _EXCEPT + PUBLIC_NAME) for name in {*named, *allowed}]
        # No note opens what is closed with every real person: that would be the bypass this house has not got.
        marked += [
            (said(phrase), _EXCEPT + context)
            for context in sorted(self.contexts.keys() - FORBIDDEN_WITH_A_PERSON) for phrase in allowed
        ]
        return Phrases([(line, mark) for line, mark in marked if line], apart=self._apart)

    def __hash__(self) -> int:
        """By version: two with the same lists answer alike."""
        return hash(self.version)


def read(contexts: str, names: str, *, between: Callable[[], None] = lambda: None) -> Lists:
    """The lists from the text of `contexts.toml` and `names.toml`; ValueError for what makes no sense in them.

    It takes half a second: whoever has something else to do at once can do it `between` two lines.
    """
    house, people = tomllib.loads(contexts), tomllib.loads(names)
    read_line = reader({name: words.split() for name, words in house["sets"].items()}, between)
    apart = frozenset(words(pair) for pair in _lines(house["ordinary"]["apart"]))
    ordinary = house["ordinary"]["words"].split()
    full = {words(name) for name in _lines(people["names"])}
    marked: list[tuple[Line, str]] = []
    for name, body in house["contexts"].items():
        harmful = _read([*body["words"].split(), *body["phrases"].splitlines()], read_line)
        harmless = _read(body["except"].splitlines(), read_line)
        marked += [(line, name) for line in harmful] + [(line, _EXCEPT + name) for line in harmless]
    marked += [(said(name), PUBLIC_NAME) for name in (*_lines(people["names"]), *_lines(people["alone"]))]
    marked += [(said(phrase), _EXCEPT + PUBLIC_NAME) for phrase in _lines(people["except"])]
    negative = [(line, name) for name, block in house["negative"].items()
                for line in _read(block.splitlines(), read_line)]
    return Lists(
        version=hashlib.sha256(canonical_json([house, people])).hexdigest()[:12],
        contexts={name: Context(name, body["is_about"]) for name, body in house["contexts"].items()},
        _phrases=Phrases(marked, ordinary, apart, between),
        _negative=Phrases(negative, ordinary, apart),
        _misspellings=Misspellings(full, PUBLIC_NAME),
        _apart=apart,
        _everyday=frozenset(people["everyday"].split()),
    )


def _with_stand_in(reading: list[Token], named: Collection[str]) -> list[Token]:
    """The reading in which every name of somebody in the picture may also be read as the lists' own."""
    names = {whole for name in named for whole in words(name)}
    return [
        token._replace(spellings=(*token.spellings, _STAND_IN)) if names.intersection(token.spellings) else token
        for token in reading
    ]


def _lines(block: str) -> list[str]:
    """The entries of a block: by line, and on a line by comma."""
    return [entry for line in block.splitlines() for entry in line.split(",") if entry.strip()]


def _read(lines: Iterable[str], read_line: Callable[[str], Line]) -> list[Line]:
    return [read_line(line) for line in lines if line.strip()]


def _standing(matches: Iterable[Match], wanted: Collection[str]) -> list[Match]:
    """The matches that count, each once: of a wanted mark, and not inside an exception to it."""
    listed = set(matches)
    excepted = [match for match in listed if match.mark.startswith(_EXCEPT)]
    return [
        match for match in listed
        if match.mark in wanted
        and not any(
            other.mark == _EXCEPT + match.mark and other.first <= match.first and match.last <= other.last
            for other in excepted
        )
    ]


def _findings(text: str, reading: list[Token], matches: Iterable[Match]) -> Iterator[Finding]:
    for match in matches:
        start, end = origin(text, reading[match.first].start, reading[match.last - 1].end)
        yield Finding(start, end, match.mark, text[start:end].strip())


def _outermost(found: Collection[Finding]) -> Iterator[Finding]:
    """Of findings of one context inside one another, the widest: it reads best."""
    for one in found:
        if not any(
            other is not one and other.context == one.context
            and other.start <= one.start and one.end <= other.end
            and (other.start, other.end) != (one.start, one.end)
            for other in found
        ):
            yield one
