"""A scripted evening in a community: asked, agreed, confirmed, learnt, drawn, refused, taken back.

Everything is done through the bot's own commands, buttons, menus and forms, as four members would on their phones.
Whoever calls brings the photos and a pose, and the programs; this knows nothing of what draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rehearsal.exchange import Interaction
from rehearsal.options import Upload
from rehearsal.people import Person
from rehearsal.server import Discord
from rehearsal.world import MANAGE_GUILD, Message, RehearsalError

LEARNING = 1_800.0  # seconds a training may take on a machine with other things to do
DRAWING = 600.0
ANSWER = 180.0
AT_ONCE = 10  # files of one form


@dataclass
class Heard:
    """What the evening came to."""

    learnt: Interaction
    picture: Message
    picture_bytes: bytes
    refusals: list[str] = field(default_factory=list)


class Evening:
    """The people of the evening and what they do, in order."""

    def __init__(
        self,
        discord: Discord,
        say: Callable[[str], None] = lambda _: None,
        before_the_end: Callable[[], None] = lambda: None,
    ) -> None:
        self.discord = discord
        self.channel = discord.world.add_channel("portraits")
        moderators = discord.world.add_role("Moderators", MANAGE_GUILD)
        self.anna, self.radke, self.eve = (
            Person(discord, name, self.channel) for name in ("anna", "radke", "eve")
        )
        self.mo = Person(discord, "mo", self.channel, moderators)
        self._say = say
        self._before_the_end = before_the_end  # the last moment at which the picture is still there

    async def play(self, photos: Sequence[Upload], pose: Upload) -> Heard:
        """The whole evening. Raises RehearsalError where somebody is not told what they should be."""
        early = await self._ask_and_agree(photos[0])
        learnt = await self._learn(photos)
        drawn = await self._draw(pose)
        heard = Heard(learnt, drawn, drawn.files[0].data, [early])
        heard.refusals += [await self._refused()]
        await self._looked_up(drawn)
        self._before_the_end()
        heard.refusals += await self._take_back(drawn)
        return heard

    async def _ask_and_agree(self, photo: Upload) -> str:
        self._say("anna asks radke, who reads the notice, ticks two purposes and agrees")
        await self.done(self.anna.slash("consent ask", member=self.radke, subject="radke"))
        question = next(
            m for m in self.discord.world.said(self.channel) if f"<@{self.radke.user.id}>" in m.content
        )
        notice = await self.done(self.radke.press(question, "Read and answer"))
        form = await self._press(self.radke, notice, "For what…")
        await self.done(self.radke.submit(form, purposes=["train", "generate"]))
        await self._press(self.radke, notice, "Yes, I agree to this")
        await self._reads(notice, "You said yes")
        self._say("anna is too early: nobody has confirmed the yes; then mo does")
        early = await self.done(self.anna.slash("train", subject="radke", photo1=photo))
        await self._reads(early, "nobody has confirmed")
        confirmed = await self.done(self.mo.slash("consent verify", subject="radke"))
        await self._reads(confirmed, "confirmed by mo")
        return early.text

    async def _learn(self, photos: Sequence[Upload]) -> Interaction:
        self._say(
            f"anna hands in {len(photos)} photos in rounds of {AT_ONCE}; radke looks at them and approves"
        )
        form = await self.anna.slash("train", subject="radke")
        begun = await self.done(self.anna.submit(form, photos=list(photos[:AT_ONCE])))
        await self._reads(begun, "radke")
        for start in range(AT_ONCE, len(photos), AT_ONCE):
            form = await self._press(self.anna, begun, "Add photos")
            await self.done(self.anna.submit(form, photos=list(photos[start : start + AT_ONCE])))
        await self._press(self.anna, begun, "That is all")
        sheet = await self._press(self.radke, begun, "Look and decide")
        await self._press(self.radke, sheet, "Approve")
        self._say("the runner learns")
        await self._reads(begun, "has been learnt", LEARNING)
        return begun

    async def _draw(self, pose: Upload) -> Message:
        self._say("anna asks for a picture in a pose, and looks at what it was drawn with")
        offered = await self.anna.autocomplete("imagine", "prompt", "<lora:r")
        if offered != ["<lora:radke:1>"]:
            raise RehearsalError(f"anna is offered {offered}")
        asked = await self.done(
            self.anna.slash("imagine", prompt=f"{offered[0]} playing guitar", pose=pose, seed=11)
        )
        drawn = await self.discord.until(lambda: self._with_picture(asked), DRAWING, asked.text)
        await self.done(self.anna.press(drawn, "Info"))
        return drawn

    async def _refused(self) -> str:
        self._say("eve wants radke in a way nobody is drawn, and is refused")
        refused = await self.done(self.eve.slash("imagine", prompt="<lora:radke:1> naked on a beach"))
        if self._with_picture(refused):
            raise RehearsalError("eve got a picture")
        return refused.text

    async def _looked_up(self, drawn: Message) -> None:
        self._say("mo asks who made the picture, and under which consent")
        link = f"https://discord.com/channels/{self.discord.world.id}/{drawn.channel_id}/{drawn.id}"
        told = await self.done(self.mo.slash("moderate look-up", message=link))
        await self._reads(told, "asked by")

    async def _take_back(self, drawn: Message) -> list[str]:
        self._say("anna asks for two more; radke takes everything back in that moment")
        waiting = [
            await self.done(self.anna.slash("imagine", prompt=f"<lora:radke:1> in the {place}", steps=60))
            for place in ("snow", "street")
        ]
        ending = await self.done(self.radke.slash("consent withdraw", subject="radke"))
        await self._press(self.radke, ending, "Stop and erase everything")
        await self._reads(ending, "has ended")
        await self.discord.until(lambda: drawn.deleted, DRAWING, "the picture's message is still there")
        self._say("the picture's message is gone, what was under way is stopped, and anna is told why")
        for asked in waiting:
            await self.discord.until(lambda asked=asked: _is_over(asked), DRAWING, asked.text)  # type: ignore[misc]
            if self._with_picture(asked):
                raise RehearsalError("a picture arrived after the withdrawal")
        after = await self.done(self.anna.slash("imagine", prompt="<lora:radke:1> playing guitar"))
        await self.discord.until(lambda: "certificate" in ending.text.lower(), DRAWING, ending.text)
        return [*(asked.text for asked in waiting), after.text]

    async def done(self, act: object) -> Interaction:
        """What somebody did, once the bot has said something to it."""
        return await self.discord.settled(await act, ANSWER)  # type: ignore[misc]

    async def _reads(self, asked: Interaction, words: str, seconds: float = ANSWER) -> None:
        await self.discord.until(lambda: words in asked.text, seconds, f"instead of “{words}”: {asked.text}")

    def _with_picture(self, asked: Interaction) -> Message | None:
        message = asked.message
        finished = message is not None and message.content.startswith("AI-generated")
        return message if finished and message and message.files and not message.deleted else None

    async def _press(self, person: Person, asked: Interaction, label: str) -> Interaction:
        """Press a button of an answer as soon as it can be pressed; a message that is edited offers it a bit later."""

        def offered() -> Message | None:
            inside = [each for row in _components(asked.message) for each in row.get("components") or ()]
            fits = any(each.get("label") == label and not each.get("disabled") for each in inside)
            return asked.message if fits else None

        message = await self.discord.until(offered, ANSWER, f"no “{label}” under: {asked.text}")
        return await self.done(person.press(message, label))


def _components(message: Message | None) -> list[dict[str, Any]]:
    return message.components if message is not None else []


def _is_over(asked: Interaction) -> bool:
    return any(word in asked.text for word in ("stopped", "refused", "withdrawn"))
