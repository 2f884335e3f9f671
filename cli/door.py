"""The way in: which data folder, who is asking, an open studio."""

from __future__ import annotations

import getpass
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from cli.errors import Unanswered
from consent.people import Actor
from studio import parties
from studio.house import Studio, open_studio
from studio.settings import Settings


def settings_of(arguments: Namespace) -> Settings:
    """The settings of this command: `--data` wins over LIKENESS_HOME."""
    return Settings.from_environment(home=arguments.data)


@contextmanager
def open_house(arguments: Namespace) -> Iterator[Studio]:
    """The studio of this command, closed again afterwards."""
    studio = open_studio(settings_of(arguments))
    try:
        yield studio
    finally:
        studio.close()


def asker(arguments: Namespace, studio: Studio) -> Actor:
    """Who is asking: `--as`, else LIKENESS_AS, else the login name."""
    name = arguments.acting_as or studio.settings.acting_as or _login_name()
    return person(studio, name)


def person(studio: Studio, name: str) -> Actor:
    """Somebody at this terminal, by name.

    Whoever has a shell on the machine could open the database too, so the terminal vouches for everybody as a
    moderator. It opens no gate: the rules still ask for three different people (subject, asker, verifier).
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise Unanswered("Say who is asking with a name of 1 to 100 characters: `--as NAME`.")
    return parties.actor(studio, "terminal", name.lower(), name, is_moderator=True)


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:  # no such user, as in some containers
        raise Unanswered("This machine does not say who you are. Say it yourself: `--as NAME`.") from error
