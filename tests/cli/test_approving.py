"""`likeness approve`: what waits, what is shown of it, and who may let it begin."""

from __future__ import annotations

import pytest
from PIL import Image

from cli.approving_commands import caption, numbers
from tests.cli.conftest import Terminal, write_photos


def test_what_is_handed_in_waits_is_shown_is_changed_and_is_not_approved_by_its_trainer(agreed: Terminal) -> None:
    folder = agreed.folder / "photos"
    write_photos(folder, 6, 96)
    asked = agreed("train", "radke", folder)
    assert asked.code == 0, asked.err
    assert "6 photos, 6 usable, waiting for approval by radke or a moderator" in asked.out
    assert [job["state"] for job in agreed.jobs()] == ["to_approve"]

    listed = agreed("approve", "--as", "radke", "--json").json
    assert [(each["handle"], each["trainer"]) for each in listed] == [("radke", "anna")]
    sheet = agreed.folder / "sheet.jpg"
    shown = agreed(
        "approve", "radke", "--sheet", sheet, "--drop", "2,5-6", "--keep", "5", "--caption", "1=radke by the sea",
        "--as", "radke", "--json",
    )  # fmt: skip
    assert shown.code == 0, shown.err
    assert Image.open(sheet).format == "JPEG"
    assert [photo["number"] for photo in shown.json["photos"] if not photo["used"]] == [2, 6]
    assert shown.json["photos"][0]["caption"] == "radke by the sea"

    for arguments, said in (
        (("--as", "anna"), "somebody else has to look"),
        (("--as", "radke", "--digest", "0" * 16), "changed since you looked"),
        (("--as", "radke", "--drop", "1"), "chosen"),
    ):
        refused = agreed("approve", "radke", "--yes", *arguments)
        assert refused.code == 1
        assert said in refused.sentence
    assert [job["state"] for job in agreed.jobs()] == ["to_approve"]


def test_photos_and_captions_are_named_by_number() -> None:
    assert numbers("3, 5-7") == [3, 5, 6, 7]
    assert caption("12=radke = radke") == (12, "radke = radke")
    for wrong in ("a", "3;4", ""):
        with pytest.raises(Exception, match="named like"):
            numbers(wrong)
    with pytest.raises(Exception, match="looks like"):
        caption("radke")
