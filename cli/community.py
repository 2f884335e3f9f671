"""`likeness nightly`, `gallery`, `strikes`, `stats`: the same functions Discord uses."""

from __future__ import annotations

from argparse import Namespace

from cli.door import asker, open_house
from cli.errors import Unanswered
from cli.show import answer, count, lasting, table
from studio import appeals, jobs, nightly, statistics
from studio import gallery as wall
from studio import strikes as records
from studio.gallery import Exhibit
from studio.nightly import Plan
from studio.strikes import StrikeView


def nights(arguments: Namespace) -> None:
    """`nightly`: how the nights are planned."""
    with open_house(arguments) as studio:
        _plan(arguments, nightly.plan(studio))


def run_night(arguments: Namespace) -> None:
    """`nightly run`: tonight's pictures, once a date."""
    with open_house(arguments) as studio:
        night = nightly.run(studio)

    def words() -> str:
        return f"Asked for {count(len(night.jobs), 'picture')}." if night else "Tonight's were asked for already."

    answer(arguments, night, words)


def plan_nights(arguments: Namespace) -> None:
    """`nightly plan HOUR|never`."""
    hour = None if arguments.hour == "never" else arguments.hour
    if hour is not None and not hour.isdecimal():
        raise Unanswered("The hour is a number from 0 to 23 (UTC), or `never`.")
    with open_house(arguments) as studio:
        who = asker(arguments, studio)
        _plan(arguments, nightly.set_plan(studio, who, None if hour is None else int(hour), arguments.pictures))


def take_part(arguments: Namespace) -> None:
    """`nightly join|leave HANDLE`."""
    with open_house(arguments) as studio:
        _plan(
            arguments,
            nightly.take_part(studio, asker(arguments, studio), arguments.handle, part=arguments.part),
        )


def add_prompt(arguments: Namespace) -> None:
    """`nightly add PROMPT`."""
    with open_house(arguments) as studio:
        _plan(arguments, nightly.add_prompt(studio, asker(arguments, studio), arguments.prompt))


def remove_prompt(arguments: Namespace) -> None:
    """`nightly remove NUMBER`."""
    with open_house(arguments) as studio:
        _plan(arguments, nightly.remove_prompt(studio, asker(arguments, studio), arguments.number))


def gallery(arguments: Namespace) -> None:
    """`gallery`: the newest pictures on show."""
    found: list[Exhibit] = []
    with open_house(arguments) as studio:
        page = wall.page(studio)
        while page.exhibit is not None and len(found) < 50:
            found.append(page.exhibit)
            page = wall.page(studio, at=page.exhibit.seq) if page.older else wall.Page(None)
    rows = [(exhibit.job_id, ", ".join(exhibit.handles), exhibit.prompt) for exhibit in found]
    answer(arguments, found, lambda: table(("picture", "of", "prompt"), rows) if rows else "Nothing is on show.")


def show(arguments: Namespace) -> None:
    """`gallery show ID`."""
    with open_house(arguments) as studio:
        seq = wall.show(studio, asker(arguments, studio), jobs.find_id(studio, arguments.id))
    answer(arguments, {"seq": seq}, lambda: "It is in the gallery. Whoever asked for it, or is in it, can take it out.")


def take_out(arguments: Namespace) -> None:
    """`gallery take-out ID`."""
    with open_house(arguments) as studio:
        wall.take_out(studio, asker(arguments, studio), jobs.find_id(studio, arguments.id))
    answer(arguments, {"id": arguments.id}, lambda: "It is out of the gallery.")


def strikes(arguments: Namespace) -> None:
    """`strikes`: as moderators see them, appeals first."""
    with open_house(arguments) as studio:
        views = appeals.strikes(studio, asker(arguments, studio), getattr(arguments, "who", None))
    answer(arguments, views, lambda: _strikes(views))


def own_strikes(arguments: Namespace) -> None:
    """`strikes mine`."""
    with open_house(arguments) as studio:
        record = records.mine(studio, asker(arguments, studio))

    def words() -> str:
        until = f" Your wishes are taken again from {record.cooling_until:%d %B %H:%M} (UTC)." * bool(
            record.cooling_until
        )
        return f"{_strikes(list(record.strikes))}{until}"

    answer(arguments, record, words)


def appeal(arguments: Namespace) -> None:
    """`strikes appeal ID WORDS`."""
    with open_house(arguments) as studio:
        view = records.appeal(studio, asker(arguments, studio), arguments.id, arguments.words)
    answer(arguments, view, lambda: "A moderator will look at it. Until then it counts.")


def decide(arguments: Namespace) -> None:
    """`strikes lift|uphold ID`."""
    with open_house(arguments) as studio:
        view = appeals.decide(studio, asker(arguments, studio), arguments.id, lift=arguments.lift)
    answer(arguments, view, lambda: f"The strike against {view.who} is {view.state}.")


def stats(arguments: Namespace) -> None:
    """`stats`: the studio in numbers."""
    with open_house(arguments) as studio:
        view = statistics.statistics(studio, arguments.days)

    def words() -> str:
        rows = [
            ("pictures", view.pictures),
            ("trainings", view.trainings),
            ("a picture waited", _span(view.waiting_seconds)),
            ("and was drawn in", _span(view.drawing_seconds)),
            ("a training took", _span(view.learning_seconds)),
            ("people who may be drawn", view.consents),
            ("pictures kept", view.pictures_ever),
            *((f"refused: {reason}", times) for reason, times in view.refusals),
        ]
        return table((f"the last {count(view.days, 'day')}", ""), rows)

    answer(arguments, view, words)


def _span(seconds: float | None) -> str:
    return "–" if seconds is None else lasting(seconds)


def _plan(arguments: Namespace, view: Plan) -> None:
    def words() -> str:
        when = "never" if view.hour is None else f"from {view.hour:02d}:00 (UTC), {view.pictures} of each"
        rows = [(number, text) for number, text in view.prompts]
        lines = [
            f"Nightly pictures: {when}. Taking part: {', '.join(view.handles) or 'nobody'}; tonight: "
            f"{', '.join(view.tonight) or 'nobody'}. Last run: {view.last or 'none yet'}.",
            table(("number", "prompt"), rows) if rows else "There is no prompt yet.",
        ]
        return "\n\n".join(lines)

    answer(arguments, view, words)


def _strikes(views: list[StrikeView]) -> str:
    if not views:
        return "There are no strikes."
    rows = [
        (view.id, view.who, view.given_at, ", ".join(view.reasons), view.severity, view.state, view.appeal)
        for view in views
    ]
    return table(("id", "who", "given (UTC)", "about", "weighs", "state", "appeal"), rows)
