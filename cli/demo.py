"""`likeness demo`: one evening of the studio, played with paper dolls by the code that serves people.

Photos, a consent asked, given and verified by three different people, a training, portraits of the same pose and seed
without and with the LoRA, three posed scenes, and a withdrawal in the middle of a training. What there is to look at
lies in DIR/demo afterwards. A second evening in the same folder takes up where the first ended.
"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cli import files
from cli.cast import Cast, PosePicture, gather, photos_of, png, portrait_pose, scenes
from cli.company import Company
from cli.door import open_house
from cli.errors import DemoImpossible
from cli.evening import Evening, Goodbye, Learning, Pair, Scene, Stopwatch
from cli.sheet import draw_sheet
from cli.show import answer, count, lasting, remark
from cli.stage import Stage
from cli.story import tell
from cli.waiting import meter
from consent.errors import NotAllowed
from consent.people import Actor
from generation.request import FACE_DENOISE, ImageWish
from studio import audit, grants, subjects
from studio.errors import NoAdapter, UnknownSubject
from studio.export import export_adapter
from studio.house import Studio
from studio.imagine import ask_image

PLACES = ("on a beach", "in the snow", "in a park", "in a room", "on a stage", "in the street")
VERAS_PHOTOS = 6
RIGHTS = "A paper doll that Likeness draws by itself; it depicts nobody, and anybody may use it."
OUTCOMES = ("sheet.png", "story.md", "radke.safetensors")


def play(arguments: Namespace) -> None:
    """The whole evening, and the three things it leaves to look at."""
    began, clock = datetime.now(UTC), Stopwatch()
    with open_house(arguments) as studio:
        _refuse_real_people(studio)
        folder = _folder(studio.settings.home / "demo")
        with Company(studio) as company, meter() as gauge:
            company.keep()  # it loads torch while the photos are drawn
            stage = Stage(studio, company, gauge)
            try:
                evening = _evening(stage, clock, began, arguments.seed)
            except KeyboardInterrupt:
                stopped = stage.cancel_everything()
                raise KeyboardInterrupt(
                    f"Interrupted: {count(stopped, 'job')} cancelled. `likeness demo` goes on from here."
                ) from None
        with clock.during("drawing the sheet"):
            sheet, story, lora = (folder / name for name in OUTCOMES)
            files.write(sheet, png(draw_sheet(evening)))
        files.write(story, tell(evening, clock.laps).encode())
    seconds = sum(span for _, span in clock.laps)
    value = {"sheet": sheet, "adapter": lora, "story": story, "seconds": seconds, "timings": dict(clock.laps)}
    answer(
        arguments,
        value,
        lambda: f"The evening took {lasting(seconds)}. Look at\n  {sheet}\n  {story}\n  {lora}",
    )


def _evening(stage: Stage, clock: Stopwatch, began: datetime, seed: int) -> Evening:
    studio, cast = stage.studio, gather(stage.studio)
    remark("Photos: radke is a paper doll, drawn for this evening.")
    with clock.during("drawing the photos"):
        _, shown = photos_of("radke", seed)
    with clock.during("consent"):
        consent = _consent(studio, "radke", cast.radke, cast)
    remark(f"Consent: {consent}")
    with clock.during("training"):
        learning = _learning(stage, cast, seed)
    remark("Pictures: the same words, poses and seeds without and with the LoRA, then three figures.")
    with clock.during("drawing the pictures"):
        pairs, drawn = _pictures(stage, cast, seed)
    with clock.during("withdrawal"):
        goodbye = _goodbye(stage, cast, seed)
    remark(f"Withdrawal: vera's training was {goodbye.training_state}, and everything of hers is erased.")
    return Evening(
        began_at=began,
        seed=seed,
        base_model=studio.settings.base_model,
        home=studio.settings.home,
        photos=shown,
        consent=consent,
        learning=learning,
        pairs=pairs,
        scenes=drawn,
        goodbye=goodbye,
        ledger=audit.events(studio, limit=10_000),
        faults=len(audit.verify(studio)),
    )


def _consent(studio: Studio, handle: str, subject: Actor, cast: Cast) -> str:
    """See that the doll has an active consent; whatever is missing is done by whoever may do it. In words."""
    try:
        view = subjects.subject(studio, handle)
    except UnknownSubject:
        view = subjects.add_subject(studio, cast.trainer, handle, owner=subject, kind="character", rights=RIGHTS)
    if view.consent == "active":
        return f"{handle}'s consent of an earlier evening still holds."
    if view.consent not in ("asked", "given"):
        grants.ask(studio, cast.trainer, handle)
    if view.consent != "given":
        grants.give(studio, subject, handle)
    grants.verify(studio, cast.moderator, handle, nobody_real=True)
    return f"asked by {cast.trainer.name}, given by {subject.name}, verified by {cast.moderator.name}."


def _refuse_real_people(studio: Studio) -> None:
    """Raise DemoImpossible where radke or vera is somebody else: a play must not touch them."""
    cast = gather(studio)
    for doll in (cast.radke, cast.vera):
        known = [view for view in subjects.subjects(studio) if view.handle == doll.name]
        if any(view.owner_party != doll.party for view in known):
            raise DemoImpossible(
                f"There is a real {doll.name} in {studio.settings.home} who is not the demo's doll. "
                "Play the demo elsewhere: `likeness demo --data ./demo-data`."
            )


def _learning(stage: Stage, cast: Cast, seed: int) -> Learning:
    """Train radke, unless this data folder knows them already; the LoRA is handed out once, either way."""
    studio = stage.studio
    if _export(studio, cast):
        remark("Training: radke was learnt on an earlier evening; `--data ELSEWHERE` starts afresh.")
        return Learning(before=True)
    photos, _ = photos_of("radke", seed)
    learning = stage.learn(cast.trainer, cast.radke, "radke", photos, seed)
    _export(studio, cast)
    return learning


def _export(studio: Studio, cast: Cast) -> bool:
    """Write radke's LoRA beside the sheet; False when radke has not been learnt yet."""
    try:
        data = export_adapter(studio, cast.radke, "radke")
    except NoAdapter:
        return False
    files.write(studio.settings.home / "demo" / "radke.safetensors", data)
    return True


def _pictures(stage: Stage, cast: Cast, seed: int) -> tuple[list[Pair], list[Scene]]:
    """Everything is asked for at once, as an impatient person would; it arrives in that order."""
    asked: list[tuple[PosePicture, str, str]] = []
    for number, place in enumerate(PLACES):
        pose = portrait_pose(number)  # else the miniature draws a third lens in one portrait of ten
        without = ImageWish(f"a portrait photo of radke {place}", seed=seed * 1000 + number)
        with_lora = replace(without, prompt=f"<lora:radke:1> {without.prompt}")
        asked.append((pose, stage.ask(cast.trainer, without, pose), stage.ask(cast.trainer, with_lora, pose)))
    ideas = scenes()
    posed = [
        stage.ask(cast.trainer, _figure(idea.words, seed * 1000 + 100 + number), idea.pose)
        for number, idea in enumerate(ideas)
    ]
    total = 2 * len(asked) + len(posed)
    counter = iter(range(1, total + 1))
    pairs = [
        Pair(pose, *(stage.receive(job, f"picture {next(counter)} of {total}") for job in both))
        for pose, *both in asked
    ]
    drawn = [
        Scene(idea.name, idea.pose, stage.receive(job, f"picture {next(counter)} of {total}"))
        for idea, job in zip(ideas, posed, strict=True)
    ]
    for pose in [pair.pose for pair in pairs] + [scene.pose for scene in drawn]:
        # So that a newcomer can try them: likeness imagine … --pose
        files.write(stage.studio.settings.home / "demo" / f"pose-{pose.name}", pose.data)
    return pairs, drawn


def _figure(words: str, seed: int) -> ImageWish:
    """Radke from head to foot, the face drawn once more by itself: so small, it comes out blurred at first."""
    return ImageWish(f"<lora:radke:1> radke {words}", seed=seed, face_denoise=FACE_DENOISE)


def _goodbye(stage: Stage, cast: Cast, seed: int) -> Goodbye:
    """Vera says yes, and changes her mind while the studio is learning her."""
    studio = stage.studio
    _consent(studio, "vera", cast.vera, cast)
    photos, _ = photos_of("vera", seed, VERAS_PHOTOS)
    job = stage.begin_learning(cast.trainer, cast.vera, "vera", photos, seed)
    erased = grants.withdraw(studio, cast.vera, "vera")
    ended = stage.end_of(job, "vera")
    try:
        ask_image(studio, cast.trainer, ImageWish("<lora:vera:1> vera on a beach", seed=seed))
    except NotAllowed as refused:
        return Goodbye(erased, ended.state, ended.error or "", str(refused))
    raise DemoImpossible("A picture of vera was accepted after her withdrawal. Please report this.")


def _folder(folder: Path) -> Path:
    files.make_folder(folder)
    for name in OUTCOMES:
        files.check_place(folder / name)
    return folder
