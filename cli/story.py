"""`story.md`: the evening in plain words, with the ledger as a table."""

from __future__ import annotations

from collections.abc import Sequence

from cli.evening import Evening, Learning
from cli.people import in_words
from cli.show import cell, count, lasting, moment
from studio.views import EventView


def tell(evening: Evening, timings: Sequence[tuple[str, float]]) -> str:
    """The whole story, in Markdown."""
    parts = [
        _beginning(evening),
        _learnt(evening.learning),
        _pictures(evening),
        _goodbye(evening),
        _ledger(evening.ledger, evening.faults),
        _timings(timings),
        _places(evening),
    ]
    return "\n\n".join(parts) + "\n"


def _beginning(evening: Evening) -> str:
    photos = (
        "The photos were handed in when radke was learnt, on an earlier evening. Each lies"
        if evening.learning.before
        else f"Then anna handed in {count(len(evening.photos), 'photo')} of radke. Each lies"
    )
    return "\n\n".join(
        (
            "# An evening with radke",
            f"{moment(evening.began_at)} UTC, seed {evening.seed}, base model {evening.base_model}. "
            "Everybody here is a paper doll; the code is the one that serves people.",
            "## A yes, and photos",
            f"The consent: {evening.consent} {photos} encrypted "
            "under radke's own key; whatever ends the consent destroys that key.",
        )
    )


def _learnt(learning: Learning) -> str:
    if learning.before:
        return "## Learning\n\nNothing to do: this data folder has known radke since an earlier evening."
    words = f"## Learning\n\nThe training took {lasting(learning.seconds or 0)}."
    if learning.losses:
        words += "\n\n" + _table(
            ("phase", "loss"), [(phase, f"{loss:.4f}") for phase, loss in learning.losses]
        )
    if learning.report:
        rows = [(name.replace("_", " "), _figure(value)) for name, value in learning.report.items()]
        words += (
            "\n\nThe file was then loaded back the way every drawing loads it, and measured:\n\n"
            + _table(("measured", "value"), rows)
        )
    return words


def _pictures(evening: Evening) -> str:
    pairs = [
        (p.without.prompt, p.without.seed, f"{p.without.likeness:.2f}", f"{p.with_lora.likeness:.2f}")
        for p in evening.pairs
    ]
    gain = sum(p.with_lora.likeness - p.without.likeness for p in evening.pairs) / max(1, len(evening.pairs))
    scenes = [(s.drawn.prompt, s.pose.kind, s.drawn.seed, s.drawn.job_id) for s in evening.scenes]
    label = evening.scenes[0].drawn.label if evening.scenes else ""
    return "\n\n".join(
        (
            "## The same words, pose and seed",
            "Each was drawn twice in a stranger's pose: as it stands here, and with `<lora:radke:1>` before it. The "
            "figures say how well the picture reads radke's hair, skin, chin and glasses by their colours, from 0 to 1 "
            f"(radke's own photos: 0.97). The LoRA adds {gain:.2f} on average.",
            _table(("prompt", "seed", "without", "with"), pairs),
            "## Poses taken from other pictures",
            _table(("prompt", "pose came as", "seed", "job"), scenes),
            f"Every picture carries its label: “{label}”.",
        )
    )


def _goodbye(evening: Evening) -> str:
    goodbye = evening.goodbye
    said = f" (“{goodbye.training_said}”)" if goodbye.training_said else ""
    return "\n\n".join(
        (
            "## A withdrawal",
            "vera said yes too, and a training of her was under way when she took it back. "
            f"{in_words(goodbye.erased)} Her training ended as {goodbye.training_state}{said}. "
            "Asking for a picture of her is answered now:",
            f"> {goodbye.refusal}",
        )
    )


def _ledger(events: list[EventView], faults: int) -> str:
    rows = [
        (event.seq, moment(event.at), event.kind, event.actor, event.subject, event.ref) for event in events
    ]
    verdict = "none of them changed, cut out or swapped" if not faults else f"with {count(faults, 'fault')}"
    return "\n\n".join(
        (
            "## The ledger",
            f"{count(len(events), 'event')} in one chain, {verdict} (`likeness audit verify`).",
            _table(("#", "at (UTC)", "event", "by", "of", "about"), rows),
        )
    )


def _timings(timings: Sequence[tuple[str, float]]) -> str:
    rows = [(what, lasting(span) if span >= 1 else f"{span:.1f} s") for what, span in timings]
    rows.append(("together", lasting(sum(span for _, span in timings))))
    return "## How long it took\n\n" + _table(("part", "time"), rows)


def _places(evening: Evening) -> str:
    folder, home = evening.folder, evening.home
    words = (
        "## Where things are\n\n"
        f"- `{folder}/sheet.png`: the evening at a glance\n"
        f"- `{folder}/radke.safetensors`: the LoRA in clear, kohya format, for other tools\n"
        f"- `{folder}/pose-*`: the pose pictures\n"
        f"- `{home}/vault`: photos, adapters and pictures, encrypted\n"
        f"- `{home}/runner.log`: what the runner said"
    )
    for scene in evening.scenes[:1]:
        pose = f"{folder}/pose-{scene.pose.name}"
        command = f'likeness imagine "{scene.drawn.prompt}" --pose {pose} --data {home} -o radke.png'
        words += f"\n\nTry it yourself:\n\n    {command}"
    return words


def _figure(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else cell(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; a bar inside a cell is escaped, so that no name can break out of its column."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell(value).replace("|", "\\|") for value in line) + " |" for line in lines
    )
