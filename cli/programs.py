"""`likeness runner`, `bot`, `doctor`: starts the other programs, and looks at the machine under them."""

from __future__ import annotations

from argparse import Namespace

from cli.door import settings_of
from cli.show import answer
from studio.doctor import examine
from studio.machine import Finding

_MARKS = {"good": "✓", "note": "·", "missing": "✗"}


def run_runner(arguments: Namespace) -> int:
    """`runner`: takes jobs until it is told to stop."""
    from runner.main import serve

    return serve(settings_of(arguments), name=arguments.name, until_idle=arguments.until_idle)


def run_bot(arguments: Namespace) -> int:
    """`bot`: stays in Discord until it is told to stop."""
    from bot.main import run

    return run(settings_of(arguments))


def doctor(arguments: Namespace) -> int:
    """`doctor`: exit code 1 when something needed is missing."""
    findings = examine(settings_of(arguments))
    missing = sum(finding.level == "missing" for finding in findings)
    verdict = "Something needed is missing." if missing else "Everything needed is here."
    answer(
        arguments,
        {"ready": not missing, "findings": findings},
        lambda: "\n".join([*map(_line, findings), "", verdict]),
    )
    return 1 if missing else 0


def _line(finding: Finding) -> str:
    mend = f"\n    {'':<15} → {finding.mend}" if finding.mend else ""
    return f"  {_MARKS[finding.level]} {finding.name:<15} {finding.says}{mend}"
