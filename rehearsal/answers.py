"""REST of interactions: the first answer, and what follows it under the interaction's own token."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from rehearsal import payloads, wire
from rehearsal.command_limits import STRING, of_choices
from rehearsal.component_limits import of_modal
from rehearsal.exchange import (
    ANSWER,
    AUTOCOMPLETE,
    CHANGE,
    CHOICES,
    COMMAND,
    COMPONENT,
    FORM,
    MODAL,
    THINKING,
    WORKING,
    Exchange,
    Interaction,
)
from rehearsal.limits import of_message, of_new_message
from rehearsal.talk import Refused
from rehearsal.world import EPHEMERAL, LOADING, Message, World

_FITTING = {
    COMMAND: {ANSWER, THINKING, MODAL},
    COMPONENT: {ANSWER, THINKING, WORKING, CHANGE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    FORM: {ANSWER, THINKING, WORKING, CHANGE},
}


class Answers:
    """The bot's answers to what members did."""

    def __init__(
        self, world: World, exchange: Exchange, violate: Callable[[str], None], changed: Callable[[], None]
    ) -> None:
        self._world = world
        self._exchange = exchange
        self._violate = violate
        self._changed = changed

    def routes(self) -> Iterable[web.RouteDef]:
        """Where each is asked for."""
        hook = "/webhooks/{application}/{token}"
        yield web.post("/interactions/{id}/{token}/callback", self.first)
        yield web.post(hook, self.follow_up)
        yield web.get(hook + "/messages/{message}", self.read)
        yield web.patch(hook + "/messages/{message}", self.edit)
        yield web.delete(hook + "/messages/{message}", self.delete)

    async def first(self, request: web.Request) -> web.Response:
        """The first answer, once and in time."""
        asked = self._exchange.of_id(int(request.match_info["id"]), request.match_info["token"])
        after = time.monotonic() - asked.asked_at if asked else 0.0
        body, files = await wire.read_body(request)
        kind, data = int(body["type"]), body.get("data") or {}
        if asked is None:
            raise Refused(404, 10062)
        if after > self._exchange.first_answer:
            self._violate(f"{asked.name}: answered after {after:.1f} s")
            raise Refused(404, 10062)
        if asked.answer is not None:
            self._violate(f"{asked.name}: acknowledged twice")
            raise Refused(400, 40060)
        if kind not in _FITTING[asked.kind]:
            self._violate(
                f"{asked.name}: an answer of kind {kind} does not fit an interaction of kind {asked.kind}"
            )
            raise Refused(400, 50035)
        self._check(asked, kind, data, files)
        asked.answer, asked.answered_after = kind, after
        self._perform(asked, kind, data, files)
        asked.answered.set()
        self._changed()
        if request.query.get("with_response") not in ("1", "true", "True"):
            return web.Response(status=204)
        return wire.written(self._receipt(asked, kind))

    def _check(self, asked: Interaction, kind: int, data: dict[str, Any], files: wire.Files) -> None:
        if kind == ANSWER:
            wrong = list(of_new_message(data, list(files.values())))
        elif kind == CHANGE:
            wrong = list(of_message(data, list(files.values())))
        elif kind == MODAL:
            wrong = list(of_modal(data))
        elif kind == CHOICES:
            kinds = [option.get("type", STRING) for option in _leaves(asked.data) if option.get("focused")]
            wrong = list(of_choices(data.get("choices") or [], *kinds[:1]))
        else:
            wrong = []
        self._refuse(asked, wrong)

    def _perform(self, asked: Interaction, kind: int, data: dict[str, Any], files: wire.Files) -> None:
        if kind in (ANSWER, THINKING):
            asked.message = self._new(asked, int(data.get("flags") or 0))
            if kind == THINKING:
                asked.message.flags |= LOADING
            else:
                wire.write_into(self._world, asked.message, data, files)
        elif kind in (WORKING, CHANGE):
            asked.message = asked.source
            if kind == CHANGE and asked.source is not None:
                wire.edit(self._world, asked.source, data, files)
        elif kind == MODAL:
            asked.modal = data
        else:
            asked.choices = list(data.get("choices") or [])

    def _new(self, asked: Interaction, flags: int) -> Message:
        message = self._world.add_message(asked.channel, self._world.bot)
        message.answers = (asked.member, asked.name) if asked.kind == COMMAND else None
        if flags & EPHEMERAL:
            message.flags |= EPHEMERAL
            message.only_for = asked.member
        return message

    def _receipt(self, asked: Interaction, kind: int) -> dict[str, Any]:
        told: dict[str, Any] = {"id": str(asked.id), "type": asked.kind}
        receipt: dict[str, Any] = {"interaction": told}
        if asked.message is not None:
            told["response_message_id"] = str(asked.message.id)
            told["response_message_loading"] = asked.message.loading
            told["response_message_ephemeral"] = asked.message.only_for is not None
            receipt["resource"] = {"type": kind, "message": payloads.message(self._world, asked.message)}
        return receipt

    async def follow_up(self, request: web.Request) -> web.Response:
        """A further message; after a “thinking” it takes that message's place."""
        asked = self._of_token(request)
        body, files = await wire.read_body(request)
        self._refuse(asked, of_new_message(body, list(files.values())))
        if asked.message is not None and asked.message.loading:
            message = asked.message
        else:
            message = self._new(asked, int(body.get("flags") or 0))
            asked.followups.append(message)
        wire.write_into(self._world, message, body, files)
        self._changed()
        return wire.written(payloads.message(self._world, message))

    async def read(self, request: web.Request) -> web.Response:
        """An answer, as the bot sees it."""
        return wire.written(payloads.message(self._world, self._message(request)))

    async def edit(self, request: web.Request) -> web.Response:
        """Edit an answer."""
        asked, message = self._of_token(request), self._message(request)
        body, files = await wire.read_body(request)
        self._refuse(asked, of_message(body, list(files.values())))
        wire.edit(self._world, message, body, files)
        self._changed()
        return wire.written(payloads.message(self._world, message))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete an answer."""
        self._message(request).deleted = True
        self._changed()
        return web.Response(status=204)

    def _of_token(self, request: web.Request) -> Interaction:
        asked = self._exchange.of_token(request.match_info["token"])
        if asked is None:
            raise Refused(401, 50027)
        if asked.answer is None:
            raise Refused(404, 10015)
        return asked

    def _message(self, request: web.Request) -> Message:
        asked, name = self._of_token(request), request.match_info["message"]
        mine = [*asked.followups, *([asked.message] if asked.message else [])]
        found = asked.message if name == "@original" else next((m for m in mine if str(m.id) == name), None)
        if found is None or found.deleted:
            raise Refused(404, 10008)
        return found

    def _refuse(self, asked: Interaction, sentences: Iterable[str]) -> None:
        wrong = list(sentences)
        for sentence in wrong:
            self._violate(f"{asked.name}: {sentence}")
        if wrong:
            raise Refused(400, 50035)


def _leaves(data: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for option in data.get("options") or ():
        yield option
        yield from _leaves(option)
