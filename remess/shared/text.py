"""Folding names for search and comparison: one spelling for accents, case, both scripts."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

ARABIC = re.compile(r"[\u0600-\u06ff]")
# Characters that show nothing but break comparison: controls, zero-width, direction marks.
INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\u0640]"
)
# Spellings of one sound: French transcriptions beside what anyascii makes of Arabic letters.
SOUNDS = [
    ("tch", "x"), ("ch", "x"), ("sh", "x"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("ph", "f"), ("q", "k"), ("c", "k"), ("z", "s"), ("j", "g"), ("p", "b"), ("v", "f"),
]  # fmt: skip
VOWELS = re.compile(r"[aeiouyw]")
ARTICLE = re.compile(r"^(?:el|al|l)(?=[a-z]{3})")


def clean(text: str) -> str:
    """`text` without invisible characters, with plain single spaces."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def latin_digits(text: str) -> str:
    """`text` with Arabic-Indic and other decimal digits written 0-9."""
    return "".join(
        str(unicodedata.digit(c)) if c.isdecimal() and not c.isascii() else c for c in text
    )


@lru_cache(maxsize=4_000)  # the same names come again and again in a register
def fold(text: str) -> str:
    """Lower case, no accents, romanised, only letters and digits, single spaces."""
    return " ".join(
        re.findall(r"[a-z0-9]+", anyascii(clean(text)).lower().replace("'", "").replace("`", ""))
    )


@lru_cache(maxsize=4_000)
def skeleton(word: str) -> str:
    """The consonants of one word, the same for its French and its Arabic spelling.

    « Fatima », « Fatema » and « فاطمة » give `ftm`; a word of vowels only gives ''.
    """
    letters = ARTICLE.sub("", fold(word).replace(" ", ""))
    for spelling, sound in SOUNDS:
        letters = letters.replace(spelling, sound)
    consonants = VOWELS.sub("", letters)
    consonants = re.sub(r"(.)\1+", r"\1", consonants)
    return consonants.rstrip("h") if len(consonants) > 1 else consonants


def search_text(*parts: str) -> str:
    """What the search column stores: every folded word, and each word's skeleton after « ~ »."""
    words = [word for part in parts for word in re.split(r"[\s\-]+", clean(part)) if word]
    folded = [fold(word) for word in words]
    skeletons = {f"~{bones}" for word in words if (bones := skeleton(word))}
    return " ".join([*(word for word in folded if word), *sorted(skeletons)])


def search_words(query: str) -> list[str]:
    """The words to look for in a search column: folded, or skeletons for Arabic letters."""
    words = re.split(r"[\s\-]+", clean(query))
    needles = [f"~{skeleton(w)}" if ARABIC.search(w) and skeleton(w) else fold(w) for w in words]
    return [piece for needle in needles for piece in needle.split() if piece]
