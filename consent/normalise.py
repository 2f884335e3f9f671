"""What a text says, however it is written: the words under leet, spacing, accents, look-alikes and emoji.

Somebody who wants a forbidden picture writes `n4ked`, `n a k e d`, `nаked` with a Cyrillic а, `nakedddd`, `ⓝⓐⓚⓔⓓ` or
`🍆`. A text model reads most of that as it was meant, so the lists have to. `fold` undoes what can be undone letter by
letter; `readings` gives the words of a text, and a second, mended reading where letters and digits are mixed or words
are taken apart. What is a word and what is not, the lists decide (`consent.phrases`): nothing here guesses.

Folding is per character on purpose: so where a word was found can be shown in what the person typed (`origin`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import islice, pairwise, product
from typing import NamedTuple

LOOKALIKES: dict[str, str] = {
    # Cyrillic
    **dict(zip("абвгдезіїјклмнорсѕтуүхѵьԁԛԝһӏ", "abbrdeziijkmmhopcstyyxvbdqwhl", strict=True)),
    **dict(zip("ёийпфцчшщъыэюя", "eunnouwwwbbeoa", strict=True)), "л": "n", "м": "m", "к": "k",
    # Greek
    **dict(zip("αβγδεζηικλμνξοπρστυφχψω", "abydezniklmvxonpotuoxvw", strict=True)), "θ": "o", "ς": "s",
    # Latin letters that do not come apart: strokes, hooks, small capitals, turned letters
    **dict(zip("łøđħŧıȷŋƒɡɑɩʟʀɢɴɪʜʏʙᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜱʍɐɔǝɟɥʞɹʇʌ",
               "lodhtijnfgailrgnihybacdejkmoptuvwzsmacefhkrtv", strict=True)),
    "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ɓ": "b", "ɗ": "d", "ɛ": "e", "ə": "e",
    # Marks
    "’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
    # Invisible, though Unicode calls them letters or symbols
    "ㅤ": "", "ᅠ": "", "ᅟ": "", "ﾠ": "", "⠀": "",
}  # fmt: skip
"""What looks like a Latin letter, as that letter."""

EMOJI: dict[str, str] = {
    "🍺": "beer", "🍻": "beer", "🍷": "wine", "🥂": "champagne", "🍾": "champagne", "🍸": "cocktail", "🍹": "cocktail",
    "🥃": "whisky", "🍶": "sake", "🥴": "drunk",
    "💉": "syringe", "🚬": "cigarette", "🌿": "herb", "❄": "snowflake",
    "🔫": "pistol", "🔪": "weapon knife", "🗡": "dagger", "⚔": "crossed swords", "💣": "bomb", "🧨": "dynamite",
    "🏹": "bow and arrow", "🪓": "axe", "🪖": "military helmet", "🚀": "rocket",
    "🍆": "sexual", "🍑": "peach", "💦": "sweat", "🔞": "nsfw", "👙": "bikini", "🩲": "underwear", "🫦": "biting lip",
    "🩸": "blood", "⚰": "coffin", "☠": "skull and crossbones", "💀": "skull", "🪦": "grave", "🤺": "fencing",
    "🗳": "ballot box", "🏛": "classical building", "🪧": "placard",
    "⛪": "church", "🕌": "mosque", "🛕": "hindu temple", "🕍": "synagogue", "✝": "latin cross",
    "☪": "star and crescent", "✡": "star of david", "🕉": "om symbol", "☦": "orthodox cross", "🙏": "folded hands",
    "📿": "prayer beads",
    "🧕": "headscarf", "🕋": "kaaba", "🛐": "place of worship", "☸": "dharma wheel", "😇": "halo",
    "卐": "swastika", "卍": "swastika",
    "🏥": "hospital", "🚑": "ambulance", "🩺": "stethoscope", "💊": "pills", "🩹": "bandage", "🤒": "thermometer",
    "🤕": "head bandage", "🤰": "pregnant", "♿": "wheelchair", "🦽": "wheelchair", "🦼": "wheelchair",
    "🩼": "crutches", "🤢": "nauseated", "🤮": "vomiting", "🚽": "toilet", "💩": "poop", "🤡": "clown",
    "🐷": "pig face", "🖕": "middle finger", "🪪": "identity card", "🛂": "passport control",
    "👶": "baby", "🧒": "child", "👧": "girl child", "👦": "boy child", "🍼": "baby bottle", "🚼": "baby",
    "🚸": "children", "👮": "police officer", "🚔": "police car", "🚓": "police car", "🚨": "police light",
    "⛓": "chains", "🕵": "detective", "🥷": "ninja", "⚖": "scales of justice",
}  # fmt: skip
"""What an emoji shows, where it could stand for a word of a list. The rest are spaces."""

_LEET: dict[str, str] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "li", "+": "t", "€": "e", "£": "l", "¢": "c", "§": "s",
}  # fmt: skip
_MOST_SPELLINGS = 32
_LONGEST_WORD = 24
_LONGEST_NUMBER = 3  # digits of a number that could be a short word: `4` is `a`, `700` is `too`
_SHORTEST_IN_A_RUN = 4
_MOST_CACHED = 20_000

_SIGNS = re.escape("".join(sign for sign in _LEET if not sign.isdigit()))
_LETTERS = re.compile(r"[^\W_]+")
_WORD = re.compile(r"(?<!\S)-(?=\w)|[^\W_]+(?:'[^\W_]+)*")
_CHUNK = re.compile(rf"(?<!\S)-(?=\w)|[^\W_]+'[sd]\b|(?:[^\W_]|[{_SIGNS}])+")
_DOUBTFUL = re.compile(
    rf"[^\W\d_](?:\d|[{_SIGNS}]+[^\W_])|[\d{_SIGNS}][^\W\d_]"  # letters and digits in one word
    rf"|(?<![^\W_])(?:[^\W_]|[{_SIGNS}])(?:[\W_]{{1,3}}(?:[^\W_]|[{_SIGNS}])(?![^\W_])){{2}}"  # three letters apart
)
_STRANGE = re.compile(rf"[\d{_SIGNS}]")
_TWO_ALONE = re.compile(r"[\W_][^\W_][\W_]{1,3}[^\W_](?![^\W_])")
"""Where neither is found nothing is doubtful: both are found out in a fifth of the time."""
_DOUBLE = re.compile(r"(.)\1")
_HELD = re.compile(r"(.)(?=\1)")


class Token(NamedTuple):
    """One word of a reading: every spelling it may stand for, and where it lies in the folded text."""

    spellings: tuple[str, ...]
    start: int
    end: int


class _Chunk(NamedTuple):
    """A run of letters, digits and signs as it stands in the folded text."""

    word: str
    start: int
    end: int


class _Fold(dict[int, str]):
    """Code point → what it reads as; filled as letters come by, so that `str.translate` does the work."""

    def __missing__(self, point: int) -> str:
        read = _read_as(chr(point))
        if len(self) < _MOST_CACHED:
            self[point] = read
        return read


_FOLD = _Fold()


def fold(text: str) -> str:
    """The text in small Latin letters without accents, look-alikes and invisible characters; emoji as words.

    Folding twice is folding once.
    """
    return text.lower() if text.isascii() else text.translate(_FOLD)


def origin(text: str, start: int, end: int) -> tuple[int, int]:
    """Where `fold(text)[start:end]` stood in `text` itself."""
    if text.isascii():
        return start, end
    first = last = None
    reached = 0
    for index, letter in enumerate(text):
        before, reached = reached, reached + len(_FOLD[ord(letter)])
        if first is None and reached > start:
            first = index
        if before < end:
            last = index + 1 if reached > before else last
    return (0 if first is None else first), (len(text) if last is None else last)


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they stand in lists: folded, without punctuation, possessive s and the d of “I'd”."""
    return tuple(token.spellings[0] for token in _plain(fold(text)))


def readings(folded: str) -> list[list[Token]]:
    """The words of a folded text: as written, and, where something looks tampered with, as it may be meant."""
    plain = _plain(folded)
    if not (_STRANGE.search(folded) or _TWO_ALONE.search(folded)) or not _DOUBTFUL.search(folded):
        return [plain]
    return [plain, _mended(folded, _run), _mended(folded, _words_apart)]


def has_double(word: str) -> bool:
    """Whether a letter stands twice in a row in it."""
    return _DOUBLE.search(word) is not None


def squeezed(word: str) -> str:
    """The word with every run of one letter as that letter: `beer` and `beeeeer` are both `ber`."""
    return _HELD.sub("", word)


def elongates(long: str, word: str) -> bool:
    """Whether `long` is `word` with letters held: `beeeer` is `beer`, `ber` is not."""
    return squeezed(long) == squeezed(word) and all(
        len(held) >= len(meant) for held, meant in zip(_runs(long), _runs(word), strict=True)
    )


def _read_as(letter: str) -> str:
    """One character as it reads; folded until nothing changes any more, which makes `fold` idempotent."""
    if letter in EMOJI:
        return f" {EMOJI[letter]} "
    if "🇦" <= letter <= "🇿":  # flags' letters
        return chr(ord(letter) - ord("🇦") + ord("a"))
    if "🅐" <= letter <= "🅩" or "🅰" <= letter <= "🆉":  # white letters on black, which do not come apart
        return chr((ord(letter) - ord("🅐")) % 32 + ord("a"))
    read = letter
    for _ in range(8):
        apart = unicodedata.normalize("NFKD", read.casefold())
        step = "".join(LOOKALIKES.get(part, part) for part in map(_bare, apart))
        if step == read:
            break
        read = step
    return read


def _bare(letter: str) -> str:
    """Nothing for what cannot be seen, a space for what parts words, a digit for a digit of another script."""
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf", "Cs"):
        return ""
    if kind in ("Zs", "Zl", "Zp", "Cc", "So", "Cn", "Co"):
        return LOOKALIKES.get(letter, " ")
    return str(unicodedata.decimal(letter)) if kind == "Nd" else letter


def _plain(folded: str) -> list[Token]:
    """The words as they stand. `-clothes` is read as `no clothes`; `radke's` as `radke`, and `I'd` is no `id`."""
    if "'" not in folded and "-" not in folded:
        return [Token((found[0],), *found.span()) for found in _LETTERS.finditer(folded)]
    tokens = []
    for found in _WORD.finditer(folded):
        word = found[0]
        if "'" in word:
            word = word[:-2] if word.endswith(("'s", "'d")) else word.replace("'", "")
        elif word == "-":
            word = "no"
        tokens.append(Token((word,), *found.span()))
    return tokens


def _mended(folded: str, join: Callable[[str, list[_Chunk]], list[Token]]) -> list[Token]:
    """The words with digits and signs read as letters, and single letters in a row as the words they spell."""
    chunks = [_Chunk(_bare_word(found[0]), found.start(), found.end()) for found in _CHUNK.finditer(folded)]
    tokens: list[Token] = []
    at = 0
    while at < len(chunks):
        end = at
        while end < len(chunks) and len(chunks[end].word) == 1:
            end += 1
        if end - at >= 3:
            tokens += join(folded, chunks[at:end])
            at = end
        else:
            word, start, stop = chunks[at]
            tokens.append(Token(_unleet(word), start, stop))
            at += 1
    return tokens


def _run(folded: str, letters: list[_Chunk]) -> list[Token]:
    """Letters standing alone, as one word: everything they could spell, wherever its ends were meant to be."""
    whole = "".join(letter.word for letter in letters)
    parts = [whole, whole.strip("ai"), whole.lstrip("ai"), whole.rstrip("ai")]
    spelled = [spelling for part in dict.fromkeys(parts) for spelling in _unleet(part)]
    for spelling in _unleet(whole):
        for start in range(len(spelling) - _SHORTEST_IN_A_RUN + 1):
            longest = min(len(spelling), start + _LONGEST_WORD)
            spelled += [spelling[start:end] for end in range(start + _SHORTEST_IN_A_RUN, longest + 1)]
    return [Token(tuple(dict.fromkeys(spelled)), letters[0].start, letters[-1].end)]


def _words_apart(folded: str, letters: list[_Chunk]) -> list[Token]:
    """Letters standing alone, as the words between the gaps that are unlike the rest: `w e t  b e d`, `w.e.t b.e.d`."""
    gaps = [folded[one.end : other.start] for one, other in pairwise(letters)]
    usual = max(set(gaps), key=gaps.count)
    words = [[letters[0]]]
    for gap, letter in zip(gaps, letters[1:], strict=True):
        if gap == usual:
            words[-1].append(letter)
        else:
            words.append([letter])
    return [
        Token(_unleet("".join(letter.word for letter in word)), word[0].start, word[-1].end) for word in words
    ]


def _bare_word(found: str) -> str:
    return "no" if found == "-" else found.removesuffix("'s").removesuffix("'d")


def _unleet(chunk: str) -> tuple[str, ...]:
    """What a word with digits or signs in it may spell, itself first; `1girl` and `beers!` too, and `4 j01n7`."""
    if chunk.isalpha() or (chunk.isdigit() and len(chunk) > _LONGEST_NUMBER):
        return (chunk,)
    spelled = [chunk]
    for part in dict.fromkeys((chunk, chunk.rstrip("!|+"), chunk.lstrip("0123456789"))):
        ways = product(*(_LEET.get(letter, letter) for letter in part))
        spelled += ["".join(way) for way in islice(ways, _MOST_SPELLINGS)]
    spelled.append(chunk.strip("".join(_LEET)))
    return tuple(dict.fromkeys(word for word in spelled if word))


def _runs(word: str) -> list[str]:
    return [found[0] for found in re.finditer(r"(.)\1*", word)]
