"""What can go wrong when something is asked of the studio. The message of each is what people read.

StudioError
├── HomeUnusable          the data folder cannot be used
├── BadSetting            a setting that cannot be read
├── BadHandle             a subject cannot be called that
├── BadUpload             a file that is no usable picture
├── UnknownSubject        nobody goes by that name here
├── SubjectExists         the name is taken
├── NoAdapter             the subject has not been trained on this base model
├── BadNote               a note on the lists that cannot be taken
├── BadTraining           the training cannot run as asked
├── UnknownJob            no such job
├── UnknownEvent          the ledger has no such kind of event
├── UnknownParty          nobody goes by that name, or several do
├── BadQuestion           a question that lacks what it is about
├── UnknownPicture        not a picture this studio has made and still has
├── UnknownReport         no such report
├── UnknownStrike         no such strike
├── BadPlan               nightly pictures that cannot be drawn as planned
├── UnknownIncident       no such open incident, or nothing said about how it ended
├── UnknownErasure        nothing of the subject was ever erased
├── NoNewKey              there is no new master key to change to
├── RunnerAtWork          something may not be done while a runner works
├── ErasureUnfinished     the consent has ended, and deleting the files goes on later
└── JobEnded              the job is over: cancelled, refused or done
"""

from __future__ import annotations

from consent.errors import ConsentError
from db.errors import DatabaseError, VaultError
from generation.request import BadRequest


class StudioError(Exception):
    """A wish the studio cannot fulfil; `str()` is a sentence for people."""


class HomeUnusable(StudioError):
    """The data folder cannot be made, read or written."""


class BadSetting(StudioError):
    """A setting in the environment or in `.env` that cannot be read."""


class BadHandle(StudioError):
    """A name that cannot stand in `<lora:…>`."""


class BadUpload(StudioError):
    """A file that is not a picture we can use."""


class UnknownSubject(StudioError):
    """Nobody goes by that name.

    Its sentence names nobody, because it may be anybody's. `known` are all names, for a door whose people see them
    anyhow: a shell on the machine, never Discord.
    """

    def __init__(self, sentence: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.known = known


class SubjectExists(StudioError):
    """Somebody already goes by that name."""


class NoAdapter(StudioError):
    """There is a yes, but no training on this base model yet."""


class BadNote(StudioError):
    """A note on the lists that says nothing, opens what stays closed, or is not there."""


class BadTraining(StudioError):
    """The training cannot run as asked."""


class UnknownJob(StudioError):
    """No job goes by that id."""


class UnknownEvent(StudioError):
    """The ledger has no such kind of event."""


class UnknownParty(StudioError):
    """Nobody who ever asked for anything goes by that name, or several do."""


class BadQuestion(StudioError):
    """A question to the books that does not say whom or what it is about."""


class UnknownPicture(StudioError):
    """It was not made here, or it is not here any more."""


class UnknownReport(StudioError):
    """No report goes by that id."""


class UnknownIncident(StudioError):
    """No open incident goes by that id, or it would end without a word."""


class UnknownStrike(StudioError):
    """No strike goes by that id, or it was forgotten."""


class BadPlan(StudioError):
    """A prompt, an hour or a number that the nightly pictures cannot be drawn with."""


class UnknownErasure(StudioError):
    """Nothing of that subject was ever erased, so there is no certificate."""


class NoNewKey(StudioError):
    """There is no new master key to change to."""


class RunnerAtWork(StudioError):
    """A runner is at work that would be left with the wrong key."""


class ErasureUnfinished(StudioError):
    """The consent has ended and nothing can be reached; some files are still to be deleted."""


class JobEnded(StudioError):
    """The job is over, so what was about to happen must not."""


# Whatever a door catches and shows as it is; everything else is our mistake and is logged instead.
SPOKEN: tuple[type[Exception], ...] = (StudioError, ConsentError, DatabaseError, VaultError, BadRequest)
