"""How well the context lists find what they must, what they find besides, what an evasion costs, and the time.

    python -m benchmarks.contexts               the prompts the lists are tuned on
    python -m benchmarks.contexts --held-out    the prompts they are not
    python -m benchmarks.contexts --unseen      others they are not, written later and by somebody else
    python -m benchmarks.contexts --misses      also each prompt that went wrong
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from consent.contexts import Lists
from studio.lists import read_lists
from tests.corpus import EVASIONS, Labelled, read


@dataclass(frozen=True)
class Score:
    """How one context fared: prompts that name it, those found, and others in which it was found."""

    context: str
    named: int
    found: int
    others: int
    false: int

    @property
    def recall(self) -> float:
        """The share of prompts naming it in which it was found."""
        return self.found / self.named if self.named else 1.0

    @property
    def false_alarms(self) -> float:
        """The share of the other prompts in which it was found too."""
        return self.false / self.others if self.others else 0.0


def heard(lists: Lists, prompt: str) -> frozenset[str]:
    """The contexts found in a prompt."""
    return frozenset(finding.context for finding in lists.check(prompt, lists.contexts)) & lists.contexts.keys()


def scores(lists: Lists, corpus: Iterable[Labelled]) -> list[Score]:
    """One score a context."""
    found = [(labelled, heard(lists, labelled.prompt)) for labelled in corpus]
    return [
        Score(
            context,
            named=sum(context in labelled.must for labelled, _ in found),
            found=sum(context in labelled.must and context in said for labelled, said in found),
            others=sum(context not in labelled.must | labelled.may for labelled, _ in found),
            false=sum(context not in labelled.must | labelled.may and context in said for labelled, said in found),
        )
        for context in lists.contexts
    ]


def harmless_refused(lists: Lists, corpus: Iterable[Labelled]) -> tuple[int, int]:
    """Of the prompts that name no context: how many are refused for one, and how many there are."""
    harmless = [labelled for labelled in corpus if not labelled.must]
    return sum(bool(heard(lists, one.prompt) - one.may) for one in harmless), len(harmless)


def hidden(lists: Lists, labelled: Labelled, evade: Callable[[str], str]) -> str:
    """The prompt with the words that give it away written so as to hide them."""
    covered = {at for f in lists.check(labelled.prompt, labelled.must) for at in range(f.start, f.end)}
    pieces = groupby(range(len(labelled.prompt)), key=lambda at: at in covered)
    return "".join(
        evade(words.lower()) if giveaway else words
        for giveaway, places in pieces
        for words in ["".join(labelled.prompt[at] for at in places)]
    )


def recall(lists: Lists, corpus: Iterable[Labelled], evade: Callable[[str], str] | None = None) -> float:
    """The share of (prompt, context) pairs that are found, with the giveaway words hidden."""
    named = found = 0
    for labelled in corpus:
        prompt = hidden(lists, labelled, evade) if evade else labelled.prompt
        named += len(labelled.must)
        found += len(labelled.must & heard(lists, prompt))
    return found / named


def microseconds(lists: Lists, corpus: Iterable[Labelled], rounds: int = 5) -> float:
    """The median time of one check against all contexts."""
    prompts = [labelled.prompt for labelled in corpus]
    times = []
    for _ in range(rounds):
        for prompt in prompts:
            start = time.perf_counter()
            lists.check(prompt, lists.contexts)
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.set_defaults(prompts="labelled.txt")
    others = {"--held-out": "held_out.txt", "--unseen": "unseen.txt"}
    for flag, prompts in others.items():
        parser.add_argument(
            flag, dest="prompts", action="store_const", const=prompts, help="measure on prompts not tuned on"
        )
    parser.add_argument("--misses", action="store_true", help="show every prompt that went wrong")
    arguments = parser.parse_args()
    start = time.perf_counter()
    lists = read_lists()
    built = time.perf_counter() - start
    corpus = read(arguments.prompts)
    print(f"lists {lists.version}, read in {built * 1e3:.0f} ms; {len(corpus)} prompts\n")
    print(f"{'context':20} {'named':>6} {'recall':>8} {'false alarms':>13}")
    for score in scores(lists, corpus):
        print(f"{score.context:20} {score.named:6} {score.recall:8.3f} {score.false_alarms:13.3f}")
    refused, harmless = harmless_refused(lists, corpus)
    print(f"\nharmless prompts refused: {refused} of {harmless} ({refused / harmless:.1%})")
    plain = recall(lists, corpus)
    print(f"\n{'evasion':20} {'recall':>8} {'cost':>8}\n{'none':20} {plain:8.3f}")
    for name, evade in EVASIONS.items():
        kept = recall(lists, corpus, evade)
        print(f"{name:20} {kept:8.3f} {plain - kept:8.3f}")
    print(f"\none prompt against all contexts: {microseconds(lists, corpus):.0f} µs (median)")
    if arguments.misses:
        for labelled in corpus:
            said = heard(lists, labelled.prompt)
            missed, false = labelled.must - said, said - labelled.must - labelled.may
            if missed or false:
                words = [f.word for f in lists.check(labelled.prompt, false)] if false else []
                print(f"- {labelled.prompt}: missed {set(missed) or '-'}, also {set(false) or '-'} {words}")


if __name__ == "__main__":
    main()
