"""`likeness vault`, `erasure`, `retention`, `report` and `made-here`: what is kept, for how long, and what is gone."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cli import files
from cli.door import asker, open_house
from cli.show import answer, cell, count, table
from studio import certificate as certificates
from studio import erasure, tracing, vault_key
from studio import reports as reported
from studio import retention as keeping
from studio.reports import ReportView
from studio.tracing import Origin


def rotate(arguments: Namespace) -> None:
    """`vault rotate`."""
    with open_house(arguments) as studio:
        done = vault_key.rotate(studio, asker(arguments, studio))
    keys = done.rotation.rewrapped + done.rotation.already
    then = (
        "The new key is in place in the data folder."
        if done.in_place
        else "Now move LIKENESS_NEW_MASTER_KEY to LIKENESS_MASTER_KEY, and start the programs again."
    )
    answer(arguments, done, lambda: f"Wrapped by the new master key: {count(keys, 'file key')}. {then}")


def certificate(arguments: Namespace) -> None:
    """`erasure certificate [HANDLE]`."""
    with open_house(arguments) as studio:
        views = certificates.certificates(studio, asker(arguments, studio), arguments.handle)
    answer(arguments, views, lambda: "\n\n".join(map(certificates.in_words, views)))


def resume(arguments: Namespace) -> int:
    """`erasure resume`: exit code 1 when something is left."""
    with open_house(arguments) as studio:
        erasure.resume(studio)
        with studio.readers() as session:
            left = len(erasure.unfinished(session))
    words = f"{count(left, 'erasure')} could not be ended; the log says why." if left else "Nothing is left to erase."
    answer(arguments, {"left": left}, lambda: words)
    return 1 if left else 0


def retention(arguments: Namespace) -> None:
    """`retention`."""
    with open_house(arguments) as studio:
        view = keeping.run(studio)

    def words() -> str:
        if not view.anything:
            return "Nothing has been kept too long."
        whom = f" ({', '.join(view.erased)})" if view.erased else ""
        return (
            f"Deleted {count(view.photos, 'photo')}, {count(view.selfies, 'selfie')} and "
            f"{count(view.files, 'file')} nothing names; erased everything of "
            f"{count(len(view.erased), 'subject')}{whom}; closed {count(view.reports, 'report')} nobody had decided; "
            f"{count(view.expired, 'consent')} had run out."
        )

    answer(arguments, view, words)


def report(arguments: Namespace) -> None:
    """`report add PICTURE`: a file's name is read, anything else is an id or a digest."""
    named = Path(arguments.picture)
    picture = files.read(named) if named.is_file() else arguments.picture
    with open_house(arguments) as studio:
        view = reported.report(studio, asker(arguments, studio), picture, arguments.reason)
    copies = f", with {count(len(view.copies), 'copy' if len(view.copies) == 1 else 'copie')}" if view.copies else ""
    answer(
        arguments,
        view,
        lambda: f"Report {str(view.id)[:8]}: the picture is hidden{copies}. A moderator decides until "
        f"{cell(view.due_at)} UTC; if nobody does, it is deleted.",
    )


def reports(arguments: Namespace) -> None:
    """`report list`."""
    with open_house(arguments) as studio:
        views = reported.reports(studio, asker(arguments, studio), everything=arguments.everything)
    answer(arguments, views, lambda: _report_table(views) if views else "There is no open report.")


def close(arguments: Namespace) -> None:
    """`report close ID keep|remove`."""
    with open_house(arguments) as studio:
        view = reported.close(studio, asker(arguments, studio), arguments.id, arguments.verdict)
    done = f"{count(view.removed or 0, 'picture')} deleted" if view.verdict == "remove" else "the picture stays"
    answer(arguments, view, lambda: f"Report {str(view.id)[:8]} is closed: {done}.")


def made_here(arguments: Namespace) -> int:
    """`made-here FILE`: exit code 1 when nothing says so."""
    data = files.read(arguments.file)
    with open_house(arguments) as studio:
        origin = tracing.look_up(studio, asker(arguments, studio), data)
    answer(arguments, origin, lambda: _origin(origin))
    return 0 if origin.matches else 1


def _report_table(views: list[ReportView]) -> str:
    head = ("report", "job", "of", "asked by", "reported by", "reason", "until (UTC)", "verdict", "copies")
    rows = [
        (
            str(view.id)[:8],
            view.job_id,
            view.handles,
            view.asker,
            view.reported_by,
            view.reason,
            "overdue" if view.overdue else view.due_at,
            view.verdict,
            len(view.copies),
        )
        for view in views
    ]
    return table(head, rows)


def _origin(origin: Origin) -> str:
    head = ("picture", "how it is known", "bits", "of", "asked by", "made (UTC)", "delivered (UTC)", "job")
    rows = [
        (
            str(match.output_id)[:8],
            tracing.WORDS[match.how],
            match.bits,
            match.handles,
            match.asker,
            match.made_at,
            match.delivered_at,
            match.job_id,
        )
        for match in origin.matches
    ]
    found = table(head, rows) if rows else "Nothing here is like this file. That proves nothing: edits are not found."
    credential = origin.marks.credential
    if credential is None:
        signature = "none"
    elif credential.ours:
        signature = "ours, and not a byte has changed since"
    else:
        signature = f"{credential.state.lower()}, of somebody else {cell(credential.faults or None)}".strip(" –")
    marks = [
        ("C2PA", signature),
        ("XMP", origin.marks.xmp.get("DigitalSourceType", "").rpartition("/")[2] or "none"),
        ("made with", origin.marks.xmp.get("AISystemUsed")),
        ("parameters", origin.marks.parameters),
    ]
    return "\n".join([found, "", *(f"{name:<12}{cell(value)}" for name, value in marks)])
