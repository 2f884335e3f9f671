"""The words of a wish are held against what everybody in it has ruled out, and against names that are not theirs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from consent.asking import Asking
from consent.contexts import FORBIDDEN_TO_ALL, FORBIDDEN_WITH_A_PERSON, Lists, read
from consent.wording import Depicted, Exceptions, against, against_name

FOLDER = Path(__file__).parents[2] / "consent"
TEXTS = [(FOLDER / name).read_text("utf-8") for name in ("contexts.toml", "names.toml")]
NAMES = [name.strip() for name in tomllib.loads(TEXTS[1])["names"].replace("\n", ",").split(",") if name.strip()]
NOTHING = Exceptions()
RADKE = Depicted("radke", real=True)
DOLL = Depicted("pip", real=False)
ONE_WORD_OF_EACH = {
    "nudity": "naked", "hate": "nazi", "identity_document": "passport", "minors": "toddler", "alcohol": "beer",
}  # fmt: skip


@pytest.fixture(scope="module")
def lists() -> Lists:
    return read(*TEXTS)


def codes(lists: Lists, prompt: str, *depicted: Depicted, **more: str | tuple[str, ...]) -> list[str]:
    asking = Asking(prompt=prompt, **more)  # type: ignore[arg-type]
    return [reason.code for reason in against(lists, asking, depicted, NOTHING)]


@pytest.mark.parametrize("context", sorted(ONE_WORD_OF_EACH))
def test_what_the_house_closes_is_closed_whatever_the_consent_says(lists: Lists, context: str) -> None:
    prompt = f"a {ONE_WORD_OF_EACH[context]} at dusk"
    assert bool(codes(lists, prompt)) is (context in FORBIDDEN_TO_ALL)
    assert bool(codes(lists, prompt, DOLL)) is (context in FORBIDDEN_TO_ALL)
    assert bool(codes(lists, prompt, RADKE)) is (context in FORBIDDEN_WITH_A_PERSON)
    assert bool(codes(lists, prompt, DOLL, RADKE)) is (context in FORBIDDEN_WITH_A_PERSON)


def test_the_strictest_wins_and_the_sentence_names_word_context_and_whoever_ruled_it_out(lists: Lists) -> None:
    vera = Depicted("vera", real=True, forbidden=frozenset({"alcohol"}), own_words=frozenset({"porsche"}))
    asking = Asking(prompt="radke and vera in a Porsche with a b33r and no clothes")
    reasons = against(lists, asking, (RADKE, vera), NOTHING)
    assert {reason.code for reason in reasons} == {"own_word", "context_alcohol", "context_nudity"}
    said = " ".join(reason.sentence for reason in reasons)
    assert "“b33r”, which is about drinking alcohol: vera has ruled that out." in said
    assert "“Porsche”, a word that vera has ruled out" in said
    assert "never drawn" in said
    assert against(lists, asking, (RADKE,), NOTHING) != reasons


def test_a_context_of_a_newer_version_is_refused_and_not_ignored(lists: Lists) -> None:
    assert codes(lists, "radke", Depicted("radke", True, frozenset({"gambling"}))) == ["unknown_context"]


def test_a_negative_prompt_is_read_apart(lists: Lists) -> None:
    assert codes(lists, "radke", RADKE, negative="naked, child, gun, beer, nazi") == []
    assert codes(lists, "radke", RADKE, negative="clothes") == ["context_nudity"]


def test_a_pose_prompt_is_read_like_the_prompt(lists: Lists) -> None:
    assert codes(lists, "radke", RADKE, pose_prompt="a man jumping") == []
    assert codes(lists, "radke", RADKE, pose_prompt="a naked man") == ["context_nudity"]


@pytest.mark.parametrize(("caption", "code"), [
    ("radke, an alcoholic", "context_alcohol"),
    ("radke, a criminal", "context_crime"),
    ("radke the junkie", "context_drugs"),
    ("radke, ugly and stupid", "context_humiliation"),
    ("radke naked", "context_nudity"),
])  # fmt: skip
def test_a_caption_may_not_call_a_real_person_something(lists: Lists, caption: str, code: str) -> None:
    captions = ("radke in the park", caption)
    asking = Asking(captions=captions)
    reasons = against(lists, asking, (RADKE,), NOTHING)
    assert [reason.code for reason in reasons] == [code] * len(reasons)
    assert caption in reasons[0].sentence
    assert against(lists, Asking(captions=("radke in the park",)), (RADKE,), NOTHING) == ()


SPELLINGS = (
    str,
    lambda name: name.replace(" ", "").upper(),
    lambda name: name.replace(" ", "_").replace("e", "3").replace("a", "4").replace("o", "0"),
    lambda name: "  ".join(" ".join(word) for word in name.split()),
    lambda name: name[: len(name) // 2] + name[len(name) // 2] * 3 + name[len(name) // 2 + 1 :],
)


def test_two_hundred_known_names_are_refused_in_five_spellings(lists: Lists) -> None:
    assert len(NAMES) >= 50
    passed = [
        spelled for name in NAMES for spell in SPELLINGS for spelled in [spell(name)]
        if "public_name" not in codes(lists, f"a photo of {spelled} on a beach")
    ]
    assert passed == []


def test_known_names_are_refused_as_subjects_in_five_spellings(lists: Lists) -> None:
    def as_handle(name: str, joint: str) -> str:
        return joint.join(name.lower().split())

    handles = [
        spelled for name in NAMES
        for spelled in (
            as_handle(name, "-"), as_handle(name, "_"), as_handle(name, ""),
            as_handle(name, "-").replace("i", "1").replace("o", "0"),
            as_handle(name, "-").replace("e", "eee"),
        )
    ]
    assert [handle for handle in handles if not against_name(lists, handle, NOTHING)] == []


@pytest.mark.parametrize("slip", ["tayler swift", "emma wattson", "leonardo dicapri", "scarlet johansson", "elno musk"])
def test_a_slip_of_one_letter_hides_no_name(lists: Lists, slip: str) -> None:
    assert "public_name" in codes(lists, f"{slip} on a beach")


def test_a_duck_is_a_duck_and_a_note_lets_a_name_in(lists: Lists) -> None:
    assert codes(lists, "a mandarin drake on a pond") == []
    assert codes(lists, "drake on a stage") == ["public_name"]
    assert against_name(lists, "drake", NOTHING)
    assert against_name(lists, "drake", Exceptions(notes=frozenset({"drake"}))) == ()
    assert codes(lists, "drake on a stage", Depicted("drake", real=True)) == []


@pytest.mark.parametrize("prompt", ["radke and @will at a table", "w1ll", "Will", "will baker", "WillBaker on stage"])
def test_somebody_called_like_an_everyday_word_is_found_by_their_handle_and_by_two_words(
    lists: Lists, prompt: str
) -> None:
    never = Exceptions(never=frozenset({"Will", "Will Baker"}))
    assert {reason.code for reason in against(lists, Asking(prompt=prompt), (), never)} == {"never"}
    assert [reason.code for reason in against_name(lists, "w1ll", never)] == ["never"]


@pytest.mark.parametrize("prompt", ["radke will play the drums", "will radke sing?", "a baker with bread", "free will"])
def test_an_everyday_word_alone_is_nobodys_name(lists: Lists, prompt: str) -> None:
    assert against(lists, Asking(prompt=prompt), (), Exceptions(never=frozenset({"Will", "Will Baker"}))) == ()
    assert lists.is_everyday("Will")
    assert not lists.is_everyday("Will Baker")


def test_one_word_that_is_no_everyday_word_is_found_alone(lists: Lists) -> None:
    assert not lists.is_everyday("Radke")
    never = Exceptions(never=frozenset({"Radke"}))
    assert [reason.code for reason in against(lists, Asking(prompt="radke sings"), (), never)] == ["never"]


def test_whoever_said_never_is_neither_drawn_nor_registered(lists: Lists) -> None:
    never = Exceptions(notes=frozenset({"mia wong"}), never=frozenset({"Mia Wong"}))
    reasons = against(lists, Asking(prompt="m1a wong at a table"), (), never)
    assert [reason.code for reason in reasons] == ["never"]
    assert [reason.code for reason in against_name(lists, "mia-wong", never)] == ["never"]


@pytest.mark.parametrize("name", ["rob", "angel", "christian", "robin", "rose", "dick", "grace", "pat", "sage"])
def test_ordinary_first_names_are_names(lists: Lists, name: str) -> None:
    assert against_name(lists, name, NOTHING) == ()


@pytest.mark.parametrize("name", ["naked-radke", "radke_nude", "drunk-bob", "idiot", "nazi88", "rapist", "baby-radke"])
def test_a_name_that_calls_somebody_something_is_refused(lists: Lists, name: str) -> None:
    assert against_name(lists, name, NOTHING)
