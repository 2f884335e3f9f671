"""`likeness consent receipt` and `data`: what a person holds of their consent, and everything there is of them."""

from __future__ import annotations

from argparse import Namespace

from cli.door import asker, open_house
from cli.files import check_place, writing
from cli.show import answer, cell, count, moment, table
from consent.receipt import Receipt, to_json
from consent.receipt_page import HAPPENED, PURPOSES, STANDS, page
from studio.own_data import write_zip
from studio.receipts import receipt as issue


def receipt(arguments: Namespace) -> None:
    """`consent receipt HANDLE`: in words, as JSON, or as a page."""
    if arguments.html is not None:
        check_place(arguments.html)
    with open_house(arguments) as studio:
        said = issue(studio, asker(arguments, studio), arguments.handle)
    if arguments.html is not None:
        with writing(arguments.html, private=True) as file:
            file.write(page(said).encode())
    where = f"\nAs a page: {arguments.html}" if arguments.html else ""
    answer(arguments, to_json(said), lambda: f"{_words(said)}{where}")


def data(arguments: Namespace) -> None:
    """`consent data HANDLE FILE`: the zip, whole or not at all."""
    check_place(arguments.output)
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        with writing(arguments.output, private=True) as file:
            handed = write_zip(studio, actor, arguments.handle, file)
    missing = f" {count(handed.withheld, 'picture')} with others in them had to stay out." if handed.withheld else ""
    answer(
        arguments,
        handed,
        lambda: (
            f"{arguments.output} holds {count(handed.photos, 'photo')}, {count(handed.pictures, 'picture')} and "
            f"{count(handed.events, 'event')} of {handed.handle}, in clear: keep it where only you can read it."
            f"{missing}"
        ),
    )


def _words(said: Receipt) -> str:
    agreed = [("yes" if purpose in said.scope.purposes else "no", words) for purpose, words in PURPOSES.items()]
    happened = [
        (event.at, HAPPENED.get(event.kind.removeprefix("consent."), event.kind), cell(event.name))
        for event in said.happenings
    ]
    return "\n".join([
        f"Consent receipt for {said.handle}, version {said.version}. {STANDS.get(said.state, said.state)}",
        "",
        table(("agreed", "to"), agreed),
        "",
        *said.sentences[1:],
        "",
        table(("at (UTC)", "what happened", "by"), happened),
        "",
        f"The ledger's head on {moment(said.issued_at)}: {said.ledger_head}",
    ])
