"""What `/moderate` says, and what moderators are told in their channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.words import fit, in_code, moment, plain
from consent.evidence import IN_WORDS, Evidence
from studio.alarms import Alarm
from studio.audit.questions import Answer
from studio.confirmations import Waiting
from studio.incidents import IncidentView
from studio.lookups import Found
from studio.reports import ReportView
from studio.strikes import StrikeView
from studio.tracing import WORDS as HOW

MODERATE = "For moderators: reports, look-ups, the books, incidents, strikes"
REVIEW = "Decide about reported pictures, the most urgent first; you see each, and that is written down"
VERIFY = "Who said yes and waits for a moderator's confirmation"
REPORTS = "All reports and what became of them"
LOOK_UP = "Did we make this, who asked, and under which consent?"
AUDIT = "Ask the books; without a question, a digest of them all"
INCIDENTS = "What has to be looked into, and how it ended"
STRIKES = "Who was refused for forbidden words, appeals, and taking strikes back"

FILE = "The picture, as it was found"
MESSAGE = "The link of a message of mine: hold it on a phone, then “Copy message link”"
QUESTION = "Which question"
ABOUT_SUBJECT = "Only about this subject"
ABOUT_ASKER = "About whom: a name, or the number of an account"
EVERYTHING = "Closed ones too"
WHO = "Of whom; empty for everybody"

KEEP, REMOVE, NEXT = "Keep", "Remove", "Next"
LIFT, UPHOLD = "Lift", "Uphold"
LIFT_ONE = "Lift a strike…"
CLOSE = "Close an incident…"
CLOSE_TITLE = "How did it end?"
OUTCOME = "What came out, in a few words"
OUTCOME_HINT = "It is kept in the ledger, and goes with an erasure of the person."

NO_REPORTS = "No report is open."
NO_MORE = "There are no other open reports."
NO_CONSENTS = "Nobody waits for a confirmation."
NO_INCIDENTS = "No incident is open."
NO_STRIKES = "There are no strikes."
ONE_OF_BOTH = "Give one of the two: a file, or the link of a message of mine."
NOT_A_LINK = "That is no link to a message in this server. Hold the message, then “Copy message link”."
NOT_MADE = (
    "Not recognised. That proves nothing: a crop or a mirrored copy is another picture to me. Try the message's link, "
    "or another copy."
)
DIGEST = "Digest of the books"
MOST_LISTED = 15


def reported(alarm: Alarm) -> str:
    """To the moderators' channel, when somebody has reported a picture."""
    return fit(
        f"A picture of {_names(alarm.handles)} was reported and is hidden. Unless one of you decides, it is removed "
        f"{moment(alarm.due_at, 'R')}.\n-# `/moderate review` shows it to you alone, and decides."
    )


def report(view: ReportView) -> str:
    """A report over its picture."""
    copies = f" · {len(view.copies)} copies hidden with it" if view.copies else ""
    return fit(
        f"**Report** of {_names(view.handles)}, asked by {plain(view.asker or 'somebody')}{copies}\n"
        f"Reported by {plain(view.reported_by or 'somebody')} {moment(view.reported_at, 'R')}: "
        f"{in_code(view.reason or 'no reason given')}\n"
        f"Decide until {moment(view.due_at, 'f')} ({moment(view.due_at, 'R')}); after that it is removed."
    )


def decided(view: ReportView, more: int) -> str:
    """After a verdict."""
    what = "It stays, and can be seen again." if view.verdict == "keep" else f"Removed: {view.removed or 0} pictures."
    return f"{what}\n-# {more} more open." if more else f"{what}\n-# {NO_REPORTS}"


def reports(views: Sequence[ReportView]) -> str:
    """All reports, a line each."""
    if not views:
        return NO_REPORTS
    return fit("\n".join(_report_line(view) for view in views[:MOST_LISTED]) + _more(len(views)))


def _report_line(view: ReportView) -> str:
    end = f"{view.verdict} by {plain(view.closed_by or 'the clock')}" if view.closed_at else "open"
    late = " · **overdue**" if view.overdue else ""
    return (
        f"- `{str(view.id)[:8]}` {_names(view.handles)} · {moment(view.reported_at, 'd')} · {end}{late} · "
        f"{in_code((view.reason or '–')[:80])}"
    )


def consents(views: Sequence[Waiting]) -> str:
    """Who waits for a confirmation, and how it is given."""
    if not views:
        return NO_CONSENTS
    lines = [
        f"- **{view.subject.handle}** ({plain(view.subject.owner)}): {', '.join(view.subject.purposes)}"
        f"{' · **has answered a challenge**' if view.answered else ''}"
        for view in views[:MOST_LISTED]
    ]
    how = "-# `/consent verify` confirms one by your word, `/consent challenge` by seeing them live."
    return fit("\n".join(lines) + _more(len(views)) + f"\n{how}")


def found(views: Sequence[Found]) -> str:
    """Who made this, and under which consent."""
    return fit("\n\n".join(_found(view) for view in views[:3]) + _more(len(views), 3)) if views else NOT_MADE


def _found(view: Found) -> str:
    how = f" ({HOW[view.how]})" if view.how else ""
    if view.asker is None:
        return f"**Made here**{how}; it was erased, and nothing else is left of it."
    lines = [f"**Made here**{how} of {_names(view.handles)}, asked by **{plain(view.asker)}** {_when(view.made_at)}"]
    if view.prompt:
        lines.append(f"Prompt: {in_code(view.prompt[:300])}")
    for under in view.under:
        evidence = IN_WORDS.get(Evidence(under.evidence), under.evidence) if under.evidence else "nothing on record"
        lines.append(
            f"Under **{under.handle}**'s consent, version {under.version}, given {_when(under.given_at)}, verified by "
            f"{plain(under.verified_by or 'nobody')} ({evidence}). It is **{under.state}** today."
        )
    if view.handles and not view.under:
        lines.append("What it was made under is erased with it.")
    lines.append(f"-# {_whereabouts(view)} · job {in_code(view.job_id or '–')}")
    return "\n".join(lines)


def _whereabouts(view: Found) -> str:
    if not view.here:
        return "erased"
    if view.hidden:
        return "hidden: it is reported"
    if view.delivered_at is None:
        return "not handed over"
    channel = (view.place or "").split(":")
    return f"handed over {_when(view.delivered_at)} in {f'<#{channel[1]}>' if len(channel) > 1 else 'the terminal'}"


def answer(said: Answer) -> str:
    """An answer of the books in short; the whole of it is the file."""
    count = len(said.rows)
    mark = "**There must be none.** " if said.alarming else ""
    lines = [f"**{said.question}**: {said.asks}", f"{mark}{count} line{'' if count == 1 else 's'}."]
    return fit("\n".join(lines))


def digest_line(question: str, count: int, alarming: bool) -> str:
    """One question of the digest."""
    return f"{'⚠️ ' if alarming else ''}`{question}`: {count}"


def incidents(views: Sequence[IncidentView]) -> str:
    """Incidents, a line each."""
    if not views:
        return NO_INCIDENTS
    lines = [
        f"- `{str(view.id)[:8]}` **{view.handle}** {moment(view.opened_at, 'd')}: {in_code(view.what[:120])}"
        + (f" · closed: {in_code((view.outcome or '')[:120])}" if view.closed_at else "")
        for view in views[:MOST_LISTED]
    ]
    return fit("\n".join(lines) + _more(len(views)))


def incident_closed(view: IncidentView) -> str:
    """After an incident was closed."""
    return f"The incident of **{view.handle}** is closed: {in_code(view.outcome or '')}"


def strikes(views: Sequence[StrikeView]) -> str:
    """Strikes as moderators see them, appeals first."""
    if not views:
        return NO_STRIKES
    return fit("\n".join(_strike(view) for view in views[:MOST_LISTED]) + _more(len(views)))


def _strike(view: StrikeView) -> str:
    by = f" by {plain(view.decided_by)}" if view.decided_by else ""
    says = f"\n  appeals: {in_code(view.appeal[:300])}" if view.appeal else ""
    return (
        f"- **{plain(view.who or 'somebody')}** {moment(view.given_at, 'd')}: {', '.join(view.reasons)}, weighs "
        f"{view.severity} · {view.state}{by}{says}"
    )


def appeal(view: StrikeView) -> str:
    """To the moderators' channel."""
    return fit(
        f"**{plain(view.who or 'Somebody')}** appeals a strike of {moment(view.given_at, 'f')} "
        f"({', '.join(view.reasons)}, weighs {view.severity}):\n{in_code(view.appeal or '')}"
    )


def strike_decided(view: StrikeView, by: str) -> str:
    """In place of an appeal, and to whoever decided."""
    what = "was lifted" if view.state == "lifted" else "stays"
    return f"The strike against **{plain(view.who or 'somebody')}** ({', '.join(view.reasons)}) {what}: {plain(by)}."


def _names(handles: Sequence[str]) -> str:
    return " and ".join(f"**{handle}**" for handle in handles) or "nobody in particular"


def _when(at: datetime | None) -> str:
    return moment(at, "f") if at else "–"


def _more(count: int, shown: int = MOST_LISTED) -> str:
    return f"\n-# and {count - shown} more" if count > shown else ""
