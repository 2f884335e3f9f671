"""What a runner looks after while it waits for jobs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from db.tables import ReportRow
from runner import main
from studio import parties, reports
from studio.house import open_studio
from studio.settings import Settings


def test_a_report_ends_at_its_48_hours_though_the_days_tidying_was_an_hour_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = open_studio(Settings.from_environment({}, home=tmp_path / "data"))
    mo = parties.actor(studio, "terminal", "mo", "mo", is_moderator=True)
    now = studio.clock()
    clock, open_after = [1.0], []
    monkeypatch.setattr(main, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def pause(_: float) -> bool:
        """Between the first round and the second an hour goes by, and a report's time."""
        open_after.append(len(reports.reports(studio, mo)))
        if len(open_after) == 1:
            with studio.sessions.begin() as session:
                session.add(ReportRow(reported_at=now - timedelta(hours=48), due_at=now))
            clock[0] += 3600
        return len(open_after) == 3

    main._watch(studio, "runner-0", "cpu", SimpleNamespace(wait=pause), None)  # type: ignore[arg-type]

    assert open_after == [0, 0, 0]
    assert [view.verdict for view in reports.reports(studio, mo, everything=True)] == ["remove"]
    studio.close()
