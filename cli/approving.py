"""`likeness approve`: what trainings wait for other eyes, the photos and captions of one, and the yes to them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cli.door import asker, open_house
from cli.files import check_place, make_folder, write
from cli.show import answer, count, moment, table
from cli.work import learn
from consent.people import Actor
from studio import approvals, gathering, intakes, jobs
from studio.house import Studio
from studio.intakes import IntakeView
from studio.views import TO_APPROVE


def approve(arguments: Namespace) -> None:
    """`approve [ID]`: list, or show and change, or with `--yes` approve and keep the training company."""
    if arguments.sheet:
        check_place(arguments.sheet)
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        if arguments.id is None:
            waiting = intakes.waiting(studio, actor)
            answer(arguments, waiting, lambda: _list(waiting))
            return
        job_id = _meant(studio, actor, arguments.id)
        view = intakes.view(studio, actor, job_id)
        if arguments.drop or arguments.keep:
            by_number = {photo.number: photo.id for photo in view.photos}
            drop, keep = ([by_number[n] for n in some if n in by_number] for some in (arguments.drop, arguments.keep))
            view = gathering.choose(studio, actor, job_id, drop=drop, keep=keep)
        if arguments.caption:
            view = gathering.write(studio, actor, job_id, dict(arguments.caption))
        if arguments.sheet:
            write(arguments.sheet, intakes.sheet(studio, actor, job_id))
        if not arguments.yes:
            answer(arguments, view, lambda: _show(view, arguments.sheet))
            return
        if arguments.previews:
            make_folder(arguments.previews)
        job = approvals.approve(studio, actor, job_id, arguments.digest)
        learn(arguments, studio, actor, job, view.used)


def _meant(studio: Studio, actor: Actor, name: str) -> str:
    """The training of this id; or, by the subject's name, the one of them that waits."""
    of_subject = [view.job_id for view in intakes.waiting(studio, actor) if view.handle == name]
    return of_subject[0] if len(of_subject) == 1 else jobs.find_id(studio, name)


def _list(waiting: list[IntakeView]) -> str:
    if not waiting:
        return "No training waits for approval."
    head = ["ID", "SUBJECT", "TRAINER", "PHOTOS", "USABLE", "WAITS FOR", "UNTIL"]
    return table(head, [
        [view.job_id, view.handle, view.trainer, len(view.photos), view.used,
         view.awaited if view.state == TO_APPROVE else f"{view.trainer}, for more photos", moment(view.ends_at)]
        for view in waiting
    ])  # fmt: skip


def _show(view: IntakeView, sheet: Path | None) -> str:
    rows = [
        [photo.number, "yes" if photo.used else "left out", photo.remarks, photo.caption] for photo in view.photos
    ]
    lines = [
        f"{view.job_id}: {count(len(view.photos), 'photo')} of {view.handle} from {view.trainer}, {view.used} to "
        f"learn from; {_stands(view)}.",
        table(["PHOTO", "USED", "REMARKS", "CAPTION"], rows),
    ]
    if sheet is not None:
        lines.append(f"{sheet}: the photos with these numbers. Delete it when you have looked.")
    if view.state == TO_APPROVE:
        command = f"likeness approve {view.job_id} --digest {view.digest[:16]} --yes"
        lines.append(f"Whoever may approve exactly this does so with `{command}`.")
    return "\n".join(lines)


def _stands(view: IntakeView) -> str:
    if view.approved_by and view.approved_at:
        return f"approved by {view.approved_by} on {moment(view.approved_at)}"
    return f"waiting for approval by {view.awaited} until {moment(view.ends_at)}"
