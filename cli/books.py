"""`likeness audit`: whether the ledger is whole, its head for elsewhere, and the questions moderators ask of it."""

from __future__ import annotations

import sys
from argparse import Namespace

from cli.door import asker, open_house
from cli.errors import FileTrouble
from cli.files import check_place, lines_to, read
from cli.show import answer, cell, count, table, wide_table
from consent.anchors import Anchor, read_anchors
from studio import audit
from studio.audit.export import ledger_lines
from studio.audit.paper import as_csv
from studio.audit.questions import About, Answer, ask
from studio.audit.whole import Check


def verify(arguments: Namespace) -> int:
    """`audit verify`: exit code 1 if the ledger is not whole."""
    anchors = [anchor for text in arguments.anchor for anchor in _anchors(text, f"--anchor {text}")]
    for path in arguments.anchors:
        anchors += _anchors(read(path).decode("utf-8", errors="replace"), str(path))
    with open_house(arguments) as studio:
        found = audit.check(studio, anchors)
    said = {
        "events": found.events,
        "erased": found.erased,
        "anchors": found.anchors,
        "faults": [*found.faults, *found.strays],
        "tamperings": found.tamperings,
    }
    answer(arguments, said, lambda: _whole(found) if found.whole else _broken(found))
    return 0 if found.whole else 1


def anchor(arguments: Namespace) -> None:
    """`audit anchor`."""
    with open_house(arguments) as studio:
        line = audit.anchor(studio, asker(arguments, studio))
    (head,) = read_anchors(line)
    answer(arguments, {"line": line, "seq": head.seq, "hash": head.hash}, lambda: line)


def export(arguments: Namespace) -> None:
    """`audit export`: JSON Lines to a file or to stdout, a line for each event and one for the head."""
    if arguments.output is not None:
        check_place(arguments.output)
    with open_house(arguments) as studio:
        lines = ledger_lines(studio, asker(arguments, studio), details=arguments.details)
        if arguments.output is None:
            for line in lines:
                sys.stdout.write(line + "\n")
            return
        events = lines_to(arguments.output, lines) - 1
    said = {"file": arguments.output, "events": events}
    answer(arguments, said, lambda: f"{count(events, 'event')} and the head are in {arguments.output}.")


def question(arguments: Namespace) -> int:
    """`audit QUESTION`: exit code 1 when there is what must not be."""
    about = About(
        subject=arguments.subject,
        asker=arguments.asker,
        since=getattr(arguments, "since", None),
        until=getattr(arguments, "until", None),
        days=getattr(arguments, "days", 30),
        file=read(arguments.file) if arguments.file else None,
        strict=arguments.strict,
    )
    with open_house(arguments) as studio:
        said = ask(studio, asker(arguments, studio), arguments.question, about)
    if arguments.as_csv:
        sys.stdout.write(as_csv(said))
    else:
        answer(arguments, said.rows, lambda: _table(said))
    return 1 if said.alarming else 0


def _anchors(text: str, where: str) -> list[Anchor]:
    found = read_anchors(text)
    if not found:
        raise FileTrouble(f"There is no head in {where}: one looks like 1234:5e88…, a number and 64 digits of 0-9a-f.")
    return found


def _whole(found: Check) -> str:
    erased = f" The words of {count(found.erased, 'event')} were erased." if found.erased else ""
    against = (
        f"It holds against {count(found.anchors, 'head')} that {'was' if found.anchors == 1 else 'were'} written down."
        if found.anchors
        else "No head was written down yet, so a cut end or a new writing would not show: `likeness audit anchor`."
    )
    return (
        f"The ledger is whole: {count(found.events, 'event')}, none changed, cut out or swapped.{erased}\n"
        f"{against}\nThe consents are as the ledger tells."
    )


def _broken(found: Check) -> str:
    ways = "; ".join(tampering.sentence for tampering in found.tamperings)
    parts = [f"The ledger was tampered with: {ways}."] if ways else []
    if found.strays:
        parts.append("Consents are not as the ledger tells: somebody changed them beside it.")
    rows = [(fault.seq, fault.kind, fault.sentence) for fault in (*found.faults, *found.strays)]
    return "\n".join([*parts, table(("event", "fault", "what it means"), rows)])


def _table(said: Answer) -> str:
    if not said.rows:
        return f"{said.asks}\nNone."
    head = [name.replace("_", " ") for name in said.columns]
    rows = [[_words(getattr(row, name)) for name in said.columns] for row in said.rows]
    return f"{said.asks}\n{wide_table(head, rows)}{count(len(rows), 'line')}."


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {cell(item)}" for name, item in value.items() if item not in (None, []))
    return cell(value)
