"""What holds for the whole house: who imports whom, what is documented, what stays light."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = re.findall(r'(?:read|number)\("(\w+)"', (ROOT / "studio/settings.py").read_text())


def test_the_import_table_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["bot", "bot.client", "cli.main", "studio.imagine", "db.queue"])
def test_the_small_programs_start_without_torch(module: str) -> None:
    code = f"import {module}, sys; print([m for m in ('torch', 'diffusers', 'peft') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_template_and_the_guide(name: str) -> None:
    assert re.search(rf"^{name}=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert f"`{name}`" in (ROOT / "docs/guide/settings.md").read_text()


def test_nothing_but_the_settings_file_reads_the_environment() -> None:
    packages = ("bot", "cli", "consent", "db", "generation", "miniature", "runner", "studio", "training")
    readers = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"environ\.get|environ\[|getenv\(|\*\*os\.environ", path.read_text())
    ]
    assert readers == ["studio/settings.py"]


def test_no_pickle_is_read_or_written_anywhere() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in ROOT.glob("[a-z]*/**/*.py")
        if path.parts[len(ROOT.parts)] != "tests"
        and re.search(r"(?<!safetensors\.)torch\.(load|save)\(|import pickle|from pickle", path.read_text())
    ]
    assert offenders == []


def test_every_picture_the_guide_shows_and_every_page_it_links_to_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    missing = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert missing == []
