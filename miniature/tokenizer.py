"""The tokenizer: CLIP's byte-pair encoding, with merges learnt from the world's own words (`… tokenizer`).

A vocabulary has four parts, in this order: the 256 bytes, the 256 bytes that end a word, one entry per merge, and the
two marks for begin and end. Merges are learnt (Sennrich et al. 2016) from words that many captions use, until each is
one token; names are kept out, so that every name, known or made up, is spelt from pieces, and a subject's word is new
to the model in the same way as any other. All text can be spelt: what no merge covers is bytes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from transformers import CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

from miniature.captions import (
    ACTION_WORDS,
    FRAMING_WORDS,
    HAIR_WORDS,
    NAMES,
    PLACE_WORDS,
    TOP_WORDS,
)
from miniature.people import BEARDS, CLOTH, GENDERS, GLASSES, HAIR, SKIN, TROUSERS

LENGTH = 77
"""Tokens of a prompt with both marks, as in CLIP."""
BEGIN, END = "<|startoftext|>", "<|endoftext|>"
_WORD_END = "</w>"
_SHARE = 0.001
"""Share of the captions a word must stand in to be learnt: a random syllable stands in fewer."""

Pair = tuple[str, str]


def world_words() -> set[str]:
    """Every word a caption can be made of, names left out."""
    phrases = [*CLOTH, *HAIR, *SKIN, *TROUSERS, *GENDERS, *TOP_WORDS.values(), *HAIR_WORDS.values()]
    phrases += [word for word in (*GLASSES, *BEARDS) if word != "none"]
    told = [
        p
        for words in (ACTION_WORDS, PLACE_WORDS, FRAMING_WORDS)
        for several in words.values()
        for p in several
    ]
    phrases += told
    phrases += ["wearing", "with", "and", "an", "pants", "skin"]
    return set(re.findall(r"[a-z]+", " ".join(phrases)))


def words_to_learn(captions: Iterable[str]) -> list[str]:
    """The words worth a token: the world's own, and what else these captions often say; names are not among them."""
    counts: Counter[str] = Counter()
    told = 0
    for told, caption in enumerate(captions, 1):  # noqa: B007 (how many there were)
        counts.update(set(re.findall(r"[a-z]+", caption.lower())))
    enough = max(3.0, told * _SHARE)
    return sorted(world_words() | {w for w, n in counts.items() if n >= enough and w not in NAMES})


def learn_merges(words: Sequence[str]) -> list[Pair]:
    """The merges that make each of `words` one symbol, the most useful first.

    Each round joins the pair of neighbours that stands in most words; of equals the one that comes first in the
    alphabet, so that the same words always give the same merges.
    """
    spelt = [[*word[:-1], word[-1] + _WORD_END] for word in words]
    merges: list[Pair] = []
    while True:
        pairs = Counter(pair for symbols in spelt for pair in pairwise(symbols))
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        spelt = [_joined(symbols, best) for symbols in spelt]


def _joined(symbols: list[str], pair: Pair) -> list[str]:
    joined: list[str] = []
    for symbol in symbols:
        if joined and (joined[-1], symbol) == pair:
            joined[-1] += symbol
        else:
            joined.append(symbol)
    return joined


def new_tokenizer(captions: Iterable[str]) -> CLIPTokenizer:
    """A tokenizer to which every word of the world and every common word of these captions is one token."""
    alphabet = sorted(bytes_to_unicode().values())
    merges = learn_merges(words_to_learn(captions))
    entries = [*alphabet, *(byte + _WORD_END for byte in alphabet), *("".join(m) for m in merges), BEGIN, END]
    vocabulary = {entry: i for i, entry in enumerate(dict.fromkeys(entries))}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=LENGTH)


def save_tokenizer(tokenizer: CLIPTokenizer, folder: Path) -> None:
    """Write `tokenizer.json`, and `vocab.json` and `merges.txt` beside it, which older programs read."""
    tokenizer.save_pretrained(folder)
    model = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    lines = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"], ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n", encoding="utf-8")
