"""What can go wrong in the terminal itself; the message of each is what people read.

TerminalError
├── Unanswered        a question needs a person at a terminal, or `--yes`
├── FileTrouble       a file that was named cannot be read or written
├── RunnerTrouble     no runner could be kept alive to do the work
├── WishEnded         the job ended without what was asked for
├── DemoImpossible    the demo cannot be played in this data folder
└── RehearsalFailed   the rehearsed evening broke off
"""

from __future__ import annotations


class TerminalError(Exception):
    """`str()` is a sentence that says what to do."""


class Unanswered(TerminalError):
    """A yes is a person's to say: without a terminal it must be said by `--yes`."""


class FileTrouble(TerminalError):
    """A file on the command line cannot be read, or not be written."""


class RunnerTrouble(TerminalError):
    """The runner this command started did not stay alive."""


class WishEnded(TerminalError):
    """The job failed, was refused or was cancelled; the sentence is the job's own."""


class DemoImpossible(TerminalError):
    """What the demo would need is taken by somebody real."""


class RehearsalFailed(TerminalError):
    """A program of the rehearsal ended, or somebody was not told what they should be."""
