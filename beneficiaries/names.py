"""When two names are one name spelled twice: accents, hyphens, swapped fields, either script.

Pure. `letters()` narrows a search down by an index, `same_name()` decides. A name is read as its
consonants with the vowels between them: a vowel that one spelling leaves out (Arabic writes long
ones only) fits any, two that are written must be one sound. A final « a » makes another name.
"""

import re
from functools import lru_cache
from itertools import permutations

from remess.shared.text import ARABIC, clean, fold

# Arabic letters by their French sound; « 2 » keeps two letters from being read as one sound.
ARABIC_LETTERS = {
    "اة": "at", "آ": "a", "ا": "a", "أ": "a", "إ": "a", "ٱ": "a", "ى": "a", "ة": "a", "ئ": "y",
    "ء": "", "ع": "", "ؤ": "", "ه": "2h", "ح": "2h", "ç": "s", "Ç": "s",
}  # fmt: skip
ARABIC_START = re.compile(r"^(?:[اأإٱع])")
# French and Arabic spellings of one sound, in this order.
SOUNDS = [
    (r"zoh?u?h?r(?=a)", "zahr"), (r"tch|ch|sh", "x"), (r"c(?=[eiy])", "s"), (r"kh|q|c", "k"),
    (r"gh|rh", "g"), (r"dj|j", "g"), (r"dh", "d"), (r"th", "t"), (r"ph|v", "f"), (r"p", "b"),
    (r"w|oo|ou|eu|o", "u"), (r"ay|ai|ei|ey|ie|ee|y", "i"), (r"ae|aa", "a"),
]  # fmt: skip
ARTICLES = {"el", "al", "l", "es", "ez", "er", "et", "en", "ed", "ech"}
ARTICLE = re.compile(
    r"^(?:[aei]l(?=[a-z]{3})|l{1,2}(?=2?[a-z]2?[a-z])|e(?=(?:ss|zz|rr|tt|nn|dd|ch)))"
)
SERVANT = re.compile(r"^a?bd[aeou]*l{1,2}(?=[a-z]{2})")
SILENT_END = re.compile(r"(?<=l)a?2?h$|(?<=[aeiouy2])h$|(?<=[^aeiouyw])e$")
VOWELS = "aeiu"
SOUND_OF = {"e": "ai"}
MOST_WORDS = 6
ARABIC_MARK = "2"


@lru_cache(maxsize=4_000)  # one sheet asks twice, and the same names come again
def letters(family_name: str, given_name: str) -> str:
    """The consonants of a name, each once and in order: all spellings of a name share them."""
    consonants, _vowels = _read(" ".join(words(f"{family_name} {given_name}")))
    return "".join(sorted(set(consonants) - {"h", "l"}))


def words(name: str) -> tuple[str, ...]:
    """The words of a name, hyphens being spaces, articles left out; Arabic ones end in « 2 »."""
    parts = [_romanised(part) for part in re.split(r"[\s\-]+", clean(name)) if part]
    folded = [word for part in parts for word in fold(part).split()]
    return tuple(word for word in folded if word not in ARTICLES) or tuple(folded)


@lru_cache(maxsize=4_000)
def _romanised(word):
    bare, mark = ARABIC_START.sub("", word), ARABIC_MARK if ARABIC.search(word) else ""
    for letter, sound in ARABIC_LETTERS.items():
        bare = bare.replace(letter, sound)
    return bare + mark


def same_name(one, other) -> bool:
    """Whether two people (family_name, given_name, name_ar, sex) bear one name.

    People of different sex do only when the name is written alike, letter by letter.
    """
    if one.sex and other.sex and one.sex != other.sex:
        return _folded(one) == _folded(other)
    is_one_sex = bool(one.sex and other.sex)
    straight = (one.family_name, other.family_name), (one.given_name, other.given_name)
    crossed = (one.family_name, other.given_name), (one.given_name, other.family_name)
    for pairs in (straight, crossed):
        if all(_same_part(a, b, is_one_sex) for a, b in pairs):
            return True
    return any(_same_words(a, b, is_one_sex) for a, b in _wholes(one, other))


def _wholes(one, other):
    """The pairs of full names to compare, as words: like scripts where both sheets have them.

    Arabic leaves out what tells Hassan from Hussein: it is not held against a French spelling
    where there is one on either side.
    """
    named, other_named = _named(one), _named(other)
    arabic, other_arabic = words(one.name_ar), words(other.name_ar)
    pairs = [(named, other_named), (arabic, other_arabic)]
    pairs += [(arabic, other_named)] if _is_arabic(other_named) else []
    pairs += [(named, other_arabic)] if _is_arabic(named) else []
    return pairs


def _named(person):
    return words(f"{person.family_name} {person.given_name}")


def _is_arabic(found):
    return any(word.endswith(ARABIC_MARK) for word in found)


def _folded(person):
    return sorted(_named(person))


def _same_part(one, other, is_one_sex):
    return _alike(" ".join(words(one)), " ".join(words(other)), is_one_sex)


def _same_words(one, other, is_one_sex):
    """Whether the words of one name are those of the other, in any order."""
    if len(one) != len(other) or not 0 < len(one) <= MOST_WORDS:
        return False
    return any(
        all(_alike(a, b, is_one_sex) for a, b in zip(one, order, strict=True))
        for order in permutations(other)
    )


@lru_cache(maxsize=4_000)
def _alike(one, other, is_one_sex):
    consonants, vowels = _read(one)
    other_consonants, other_vowels = _read(other)
    if consonants != other_consonants:
        return False
    scripts = ARABIC_MARK in one, ARABIC_MARK in other
    inner = zip(vowels[:-1], other_vowels[:-1], strict=True)
    return all(_fit(a, b, scripts) for a, b in inner) and _end_alike(
        vowels[-1], other_vowels[-1], is_one_sex
    )


def _fit(one, other, scripts):
    """Whether two runs of vowels may be one sound. `scripts`: whether each is Arabic.

    Between the scripts any vowel may be left out; within Arabic an « a », within French no « ou ».
    """
    if one and other:
        return bool(_sounds_of(one) & _sounds_of(other))
    left_out = one + other
    if all(scripts):
        return set(left_out) <= {"a"}
    return any(scripts) or "u" not in left_out


def _end_alike(one, other, is_one_sex):
    if one[-1:] == other[-1:]:
        return set(one) - {"a"} == set(other) - {"a"}
    return is_one_sex and one + other == "a"


def _sounds_of(run):
    return {sound for letter in run for sound in SOUND_OF.get(letter, letter)}


@lru_cache(maxsize=4_000)
def _read(text):
    """(consonants, the runs of vowels before, between and after them)."""
    spelled = SERVANT.sub("bd", "".join(_sounds(word) for word in text.split()))
    consonants, vowels = "", [""]
    for letter in spelled:
        if letter in VOWELS:
            vowels[-1] += letter
        elif vowels[-1] or not consonants.endswith(letter):
            consonants += letter
            vowels.append("")
    return consonants, tuple(vowels)


@lru_cache(maxsize=4_000)
def _sounds(word):
    bare = SILENT_END.sub("", ARTICLE.sub("", word.removesuffix(ARABIC_MARK)))
    for spelling, sound in SOUNDS:
        bare = re.sub(spelling, sound, bare)
    return bare.replace(ARABIC_MARK, "")
