"""Files people name: read with care, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import files
from cli.errors import FileTrouble


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    files.write(tmp_path / "radke.png", b"picture")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"radke.png": b"picture"}


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    files.write(tmp_path / ("r" * 251 + ".png"), b"picture")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_the_old_file_and_no_part_of_the_new(tmp_path: Path) -> None:
    import resource

    place = tmp_path / "radke.png"
    files.write(place, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(FileTrouble, match="full"):
            files.write(place, b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"radke.png": b"old"}


@pytest.mark.parametrize("name", [".", "missing/radke.png"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileTrouble):
        files.check_place(tmp_path / name)


def test_a_device_is_no_place_for_a_picture() -> None:
    with pytest.raises(FileTrouble, match="ordinary"):
        files.check_place(Path("/dev/null"))


def test_a_folder_stands_for_the_pictures_in_it(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.png", "a.txt", "notes.md"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in files.photo_paths([tmp_path])] == ["a.png", "b.JPG"]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="no picture"):
        files.photo_paths([tmp_path])


def test_a_caption_lies_beside_its_photo(tmp_path: Path) -> None:
    (tmp_path / "radke.txt").write_text(" radke in the snow \n", encoding="utf-8")
    assert files.caption_beside(tmp_path / "radke.jpg") == "radke in the snow"
    assert files.caption_beside(tmp_path / "other.jpg") is None


def test_a_caption_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "radke.txt").write_bytes(b"\xff\xfe\x00radke")
    with pytest.raises(FileTrouble, match="UTF-8"):
        files.caption_beside(tmp_path / "radke.jpg")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileTrouble, match=r"The folder .*file/inside cannot be made"):
        files.make_folder(tmp_path / "file" / "inside")
