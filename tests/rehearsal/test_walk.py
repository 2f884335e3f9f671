"""Every command, option, autocompletion, button, menu and form is used once over real sockets, and nothing is out of
bounds. A command, a button or a form that is new has to come here, or the last lines fail.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.rooms import ROOMS
from rehearsal.command_limits import MESSAGE_MENU
from rehearsal.options import Upload
from rehearsal.world import Message
from studio import endings, reports
from tests.rehearsal.stage import PATIENCE, Stage, png
from tests.rehearsal.walk import Walk

FILLED: dict[str, Any] = {
    "askers": "members",
    "review": "none",
    "realism": "any",
    "company": "with_others",
    "forbidden": [],
    "people": [],
    "blocked": [],
    "roles": [],
    "places": [],
    "daily_limit": "50",
    "months": "12",
    "keep_photos_days": "0",
    "seed": "12",
    "steps": "20",
    "photos": [("a.png", png((10, 200, 30), (96, 128))), ("b.png", png((200, 200, 30), (96, 128)))],
}
RADKE = "<lora:radke:1> radke on a bench"
POSE: Upload = ("pose.png", png())

# Reached by nobody in so short a time: there are not two pages of anything yet.
BY_ID_ONLY = ("likeness:page:radke:0n", "likeness:gallery:older:1:radke", "likeness:next-report:" + 36 * "0")


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_everything_the_bot_offers_is_used_and_nothing_breaks_a_limit(stage: Stage) -> None:
    walk = Walk(stage, FILLED)
    await stage.runner.start()
    await _settle_in(walk)
    await _agree(walk)
    await _learn(walk)
    drawn = await _draw(walk)
    await _menus(walk, drawn)
    await _wait_in_line(walk)
    await _gallery(walk)
    await _moderate(walk)
    await _own(walk)
    await _leave(walk)
    await _by_id(walk)

    assert (walk.broken, stage.discord.violations, stage.discord.world.thinking()) == ([], [], [])
    assert (walk.untouched(), _never_pressed(walk)) == ([], [])


async def _settle_in(walk: Walk) -> None:
    stage = walk.stage
    elsewhere = await stage.discord.open_channel("elsewhere")
    await walk.use(
        stage.mo,
        "settings channel",
        channel=elsewhere,
        allowed=True,
        previews=True,
        spoiler=False,
        size="64x64",
        steps=20,
        reset=False,
    )
    await walk.use(
        stage.mo,
        "settings server",
        moderators=elsewhere,
        gallery=elsewhere,
        public="queue",
        everybody=True,
        reset=False,
    )
    await walk.use(
        stage.anna,
        "settings me",
        negative="blurry",
        steps=20,
        cfg=5.0,
        sampler="Euler a",
        tell_by_dm=False,
        reset=False,
    )
    await walk.use(stage.mo, "settings server", reset=True)
    await walk.use(stage.mo, "settings server", moderators=stage.channel)
    for path in ("about", "help"):
        await walk.use(stage.eve, path)
    await walk.use(stage.eve, "stats", days=30)
    await walk.use(stage.radke, "subject add", name="radke")
    await walk.use(stage.radke, "subject add", name="radke2")
    await walk.use(stage.eve, "subject add", name="puppet", character="A doll I drew; anybody may use it.")
    await walk.use(stage.anna, "subject list")
    await walk.use(stage.anna, "subject show", subject="radke")


async def _agree(walk: Walk) -> None:
    anna, radke, mo, eve = walk.stage.anna, walk.stage.radke, walk.stage.mo, walk.stage.eve
    await walk.use(
        anna, "consent ask", member=radke, subject="radke", nightly=True, gallery=True, measure_likeness=True
    )
    await walk.press(radke, "likeness:answer:radke")
    for kind in ("what", "who", "how", "limits"):
        await walk.press(radke, f"likeness:fill-{kind}:radke")
    agreed = await walk.press(radke, "likeness:agree:radke:")
    await walk.until_said(agreed, "You said yes")
    for verdict in ("failed", "passed"):
        await walk.use(mo, "consent challenge", subject="radke")
        await walk.press(radke, "likeness:challenge:radke")
        await walk.press(radke, "likeness:show:radke")
        await walk.press(mo, "likeness:look:radke")
        await walk.press(mo, f"likeness:{verdict}:radke")
    await walk.use(eve, "consent give", subject="puppet")
    await walk.press(eve, "likeness:fill-what:puppet")
    await walk.press(eve, "likeness:agree:puppet:")
    await walk.use(mo, "consent verify", subject="puppet", called=True, nobody_real=True)
    await walk.use(mo, "consent ask", member=anna, subject="anna")
    await walk.use(anna, "consent refuse", subject="anna")
    await walk.use(radke, "consent give", subject="radke2")
    await walk.press(radke, "likeness:leave:radke2")
    for path in ("narrow", "widen", "pause", "resume", "receipt", "data"):
        await walk.use(radke, f"consent {path}", subject="radke")


async def _learn(walk: Walk) -> None:
    anna, radke = walk.stage.anna, walk.stage.radke
    photos = {f"photo{n}": (f"{n}.png", png((n * 13, 80, 200), (96, 128))) for n in range(1, 19)}
    asked = await walk.use(anna, "train", subject="radke", **photos)
    await walk.press(radke, "likeness:intake:look:")
    await walk.press(radke, "likeness:use:")
    await walk.press(radke, "likeness:intake:edit:")
    await walk.press(radke, "likeness:approve-photos:")
    await walk.until_said(asked, "has been learnt")
    await walk.use(anna, "train", subject="radke")
    await walk.press(anna, "likeness:intake:more:")
    await walk.press(anna, "likeness:intake:finish:")
    await walk.press(anna, "likeness:intake:cancel:")


async def _draw(walk: Walk) -> Message:
    anna = walk.stage.anna
    await walk.a_new_picture(
        lambda: walk.use(
            anna,
            "imagine",
            prompt=RADKE,
            pose=POSE,
            control="openpose",
            negative="blurry",
            count=1,
            size="64x64",
            seed=7,
            steps=20,
            cfg=5.0,
            sampler="Euler a",
            strength=1.0,
        )
    )
    await walk.a_new_picture(
        lambda: walk.use(anna, "imagine", prompt="a boat", pose_prompt="a sailor", count=2)
    )
    await walk.press(anna, "likeness:pick:")
    await walk.a_new_picture(
        lambda: walk.use(
            anna,
            "compare",
            prompt=RADKE,
            axis="weight",
            values="0.5, 1",
            pose=POSE,
            negative="blurry",
            size="64x64",
            seed=7,
            steps=20,
            cfg=5.0,
            sampler="Euler a",
        )
    )
    drawn = await walk.a_new_picture(lambda: walk.use(anna, "imagine", prompt=RADKE))
    for act in ("again", "vary", "upscale", "face", "compare", "edit"):
        await walk.a_new_picture(lambda act=act: walk.press(anna, f"likeness:{act}:"))  # type: ignore[misc]
    await walk.press(anna, "likeness:info:")
    posed = await walk.use(anna, "pose", picture=POSE)
    await walk.stage.discord.until(lambda: posed.message and posed.message.files, PATIENCE, posed.text)
    return drawn


async def _menus(walk: Walk, drawn: Message) -> None:
    for name in [each["name"] for each in walk.stage.discord.commands if each["type"] == MESSAGE_MENU]:
        await walk.menu(walk.stage.eve, drawn, name)
    await walk.press(walk.stage.eve, "likeness:report:")


async def _wait_in_line(walk: Walk) -> None:
    anna = walk.stage.anna
    await walk.stage.runner.kill()
    for words in ("a first boat", "a second boat"):
        await walk.use(anna, "imagine", prompt=words)
    await walk.press(anna, "likeness:cancel:")
    await walk.use(anna, "queue", whose="everybody's")
    await walk.use(anna, "queue")
    await walk.press(anna, "likeness:stop")
    await walk.stage.runner.start()


async def _gallery(walk: Walk) -> None:
    anna, mo = walk.stage.anna, walk.stage.mo
    await walk.a_new_picture(lambda: walk.use(anna, "imagine", prompt=RADKE))
    await walk.stage.discord.until(lambda: walk.stage.job.delivered_at, PATIENCE)
    await walk.press_id(anna, f"likeness:gallery:in:{walk.stage.job.id}")
    await walk.use(anna, "gallery", subject="radke")
    await walk.press(anna, "likeness:gallery:out:")
    await walk.use(mo, "nightly plan", hour=3, pictures=2)
    await walk.use(mo, "nightly add", prompt="{subject} on a bench")
    await walk.use(walk.stage.radke, "nightly part", subject="radke", part=True)
    await walk.use(anna, "nightly show")
    await walk.use(mo, "nightly remove", prompt=1)


async def _moderate(walk: Walk) -> None:
    mo, eve = walk.stage.mo, walk.stage.eve
    await walk.use(mo, "moderate review")
    await walk.press(mo, "likeness:verdict:keep:")
    reports.report(walk.stage.studio, walk.stage.party(eve), walk.stage.job.id, "for a better reason")
    await walk.use(mo, "moderate review")
    await walk.press(mo, "likeness:verdict:remove:")
    await walk.use(mo, "moderate verify")
    await walk.use(mo, "moderate reports", everything=True)
    await walk.use(mo, "moderate look-up", file=POSE)
    await walk.use(mo, "moderate look-up", message="https://discord.com/channels/1/2/3")
    await walk.use(mo, "moderate audit", question="images-of", subject="radke", asker="anna")
    await walk.use(mo, "moderate audit", question="made-here", file=POSE)
    for _ in range(2):
        await walk.use(eve, "imagine", prompt="<lora:radke:1> drinking beer, naked")
    await walk.use(eve, "settings me")
    await walk.press(eve, "likeness:appeal")
    await walk.press(mo, "likeness:strike:uphold:")
    await walk.use(mo, "moderate strikes", who="eve")
    await walk.press(mo, "likeness:lift-strike")
    puppeteer = walk.stage.party(mo, is_moderator=True)
    endings.invalidate(walk.stage.studio, puppeteer, "puppet", "it turned out to be somebody real")
    await walk.use(mo, "moderate incidents", everything=False)
    await walk.press(mo, "likeness:close-incident")


async def _own(walk: Walk) -> None:
    anna, radke = walk.stage.anna, walk.stage.radke
    await walk.use(radke, "consent mine", subject="radke2")
    await walk.press(radke, "likeness:which", "radke")
    await walk.press(radke, "likeness:tell-on:radke")
    await walk.press(radke, "likeness:tell-off:radke")
    for act in ("change", "pause", "resume", "receipt", "data"):
        await walk.press(radke, f"likeness:{act}:radke")
    await walk.press(radke, "likeness:pictures:radke")
    await walk.press(radke, "likeness:remove:")
    await _first_look(walk)
    await walk.use(radke, "consent mine", subject="radke")
    await walk.press(radke, "likeness:pictures:radke")
    await walk.press(radke, "likeness:never-from:")
    await walk.a_new_picture(lambda: walk.use(anna, "imagine", prompt="a boat"))
    await walk.press(anna, "likeness:delete:")


async def _first_look(walk: Walk) -> None:
    """Radke wants to see pictures first: one is approved, one is not."""
    stage, anna, radke = walk.stage, walk.stage.anna, walk.stage.radke
    await walk.press(radke, "likeness:change:radke")
    walk.filled = {**walk.filled, "review": "ask_me_first"}
    await walk.press(radke, "likeness:fill-how:radke")
    await walk.press(radke, "likeness:agree:radke:")
    for act in ("approve", "veto"):
        await walk.use(anna, "imagine", prompt=f"{RADKE}, {act}")
        await stage.discord.until(lambda act=act: (stage.job.prompt or "").endswith(act), PATIENCE)  # type: ignore[misc]
        await walk.press(radke, f"likeness:see:{stage.job.id}")
        await walk.press(radke, f"likeness:{act}:{stage.job.id}")


async def _leave(walk: Walk) -> None:
    radke, eve = walk.stage.radke, walk.stage.eve
    await walk.use(radke, "consent mine", subject="radke")
    await walk.press(radke, "likeness:end:radke")
    await walk.press(radke, "likeness:stop:radke")
    ended = await walk.use(radke, "consent withdraw", subject="radke")
    await walk.press(radke, "likeness:withdraw:radke")
    await walk.until_said(ended, "Erased", "erased")
    await walk.use(radke, "consent mine", subject="radke")
    await walk.press(radke, "likeness:certificate:radke")
    await walk.use(eve, "consent never", names="evelyn of the hills")
    await walk.press(eve, "likeness:never:")
    await walk.use(eve, "consent never", lift=True)


async def _by_id(walk: Walk) -> None:
    """Somebody presses what no message shows: an answer in words, and nothing else."""
    for custom_id in BY_ID_ONLY:
        await walk.press_id(walk.stage.eve, custom_id)


def _never_pressed(walk: Walk) -> list[str]:
    """Lasting buttons, menus and forms that no step has reached."""
    missing: list[str] = []
    for room in ROOMS:
        for item in room.ITEMS:
            template = item.__discord_ui_compiled_template__
            if not any(template.fullmatch(each) for each in walk.pressed):
                missing.append(f"{room.__name__}: {item.__name__} {template.pattern}")
        for form in getattr(room, "FORMS", ()):
            if not any(form.template.fullmatch(each) for each in walk.submitted):
                missing.append(f"{room.__name__}: {form.__name__} {form.template.pattern}")
    return missing
