"""Each kind of cell: what is accepted, what is refused, what a note says."""

import uuid

import pytest

from remess.registers import checking, values
from remess.registers.faults import Fault


def read(field, value):
    """(value, codes of the notes) as the field's reader gives them."""
    notes = []
    found = checking.READERS[field](value, lambda code, text: notes.append(code))
    return found, notes


def fault_of(field, value):
    with pytest.raises(Fault) as refusal:
        read(field, value)
    return refusal.value.code


@pytest.mark.parametrize(
    ("typed", "cin"),
    [
        ("ua 598873", "UA598873"),
        ("UA-598.873", "UA598873"),
        ("AB007812", "AB007812"),
        ("UA٥٩٨٨٧٣", "UA598873"),
        ("UA\u00a0598\u200e873", "UA598873"),
        ("-", ""),
    ],
)
def test_a_cin_has_one_normal_form(typed, cin):
    assert read("cin", typed) == (cin, [])


@pytest.mark.parametrize("typed", ["UA/598873", "UAXYZ", "عا598873", "UA598873?", "7"])
def test_an_impossible_cin_is_refused(typed):
    assert fault_of("cin", typed) == "invalid_cin"


@pytest.mark.parametrize("typed", ["007812", 7812, "UA12345678", "1UA234"])
def test_an_unusual_cin_is_stored_with_a_note(typed):
    cin, notes = read("cin", typed)
    assert (cin, notes) == (str(typed), ["unusual_cin"])


def test_a_cin_longer_than_its_field_is_too_long():
    assert fault_of("cin", "UA12345678901") == "too_long"


@pytest.mark.parametrize(
    "typed",
    [
        "0650743782",
        "06 50 74 37 82",
        "06.50-74/37(82)",
        "+212650743782",
        "00212 650 743 782",
        "212650743782",
        "+212 (0)650743782",
        "٠٦٥٠٧٤٣٧٨٢",
    ],
)
def test_a_telephone_has_one_normal_form(typed):
    assert read("phone", typed) == ("+212650743782", [])


@pytest.mark.parametrize("typed", ["650743782", 650743782, 650743782.0, "650 74 37 82"])
def test_a_nine_digit_number_gets_its_zero_back_and_a_note_says_so(typed):
    assert read("phone", typed) == ("+212650743782", ["phone_zero"])


@pytest.mark.parametrize(
    "typed",
    ["06507437", "06507437821", "0850743782", "+33650743782", "O650743782", "voir sa mère",
     "0650743782 / 0649115729"],
)  # fmt: skip
def test_a_telephone_of_a_wrong_length_or_prefix_is_refused(typed):
    assert fault_of("phone", typed) == "invalid_phone"


def test_a_telephone_of_an_unassigned_block_is_stored_with_a_note():
    assert read("phone", "0790123456") == ("+212790123456", ["phone_block"])


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("sex", "H", "male"),
        ("sex", "Masculin", "male"),
        ("sex", "male", "male"),
        ("sex", "ذكر", "male"),
        ("sex", "f", "female"),
        ("sex", "FÉMININ", "female"),
        ("sex", "woman", "female"),
        ("sex", "أنثى", "female"),
        ("sex", "انثى", "female"),
        ("education", "Secondaire collégial", "lower_secondary"),
        ("education", "الثانوي التأهيلي", "upper_secondary"),
        ("education", "lower_secondary", "lower_secondary"),
        ("education", "Primary", "primary"),
        ("activity_before", "Sans emploi", "unemployed"),
        ("activity_before", "ربة بيت", "at_home"),
        ("sector", "Agriculture et élevage", "agriculture"),
        ("sector", "التجارة", "trade"),
        ("exit_reason", "Abandon", "dropped_out"),
        ("exit_reason", "انتقال", "moved"),
        ("legal_form", "Auto-entrepreneur", ("auto_entrepreneur", "")),
        ("legal_form", "مقاول ذاتي", ("auto_entrepreneur", "")),
        ("legal_form", "SARL AU", ("tpe", "sarl_au")),
        ("legal_form", "S.A.R.L", ("tpe", "sarl")),
        ("legal_form", "Entreprise individuelle (personne physique)", ("tpe", "personne_physique")),
        ("legal_form", "TPE", ("tpe", "")),
        ("legal_form", "تعاونية", ("cooperative", "")),
        ("consent", "Oui", True),
        ("consent", "نعم", True),
        ("consent", True, True),
        ("consent", 1, True),
        ("consent", "non", False),
        ("consent", "peut-être", False),
        ("consent", "", None),
        ("income_before", "2 500 DH", 2500),
        ("income_before", 2500.0, 2500),
        ("income_before", "٢٥٠٠", 2500),
        ("income_before", "0", 0),
    ],
)
def test_words_of_three_languages_are_known(field, typed, code):
    assert read(field, typed) == (code, [])


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("sex", "X"),
        ("education", "Bac moins"),
        ("sector", "Divers"),
        ("legal_form", "Association"),
        ("legal_form", "AGR non formalisée"),
        ("exit_reason", "on ne sait pas"),
        ("income_before", "beaucoup"),
        ("income_before", "-5"),
    ],
)
def test_an_unknown_word_is_an_unknown_value(field, typed):
    assert fault_of(field, typed) == "unknown_value"


@pytest.mark.parametrize(
    ("field", "limit"),
    [("family_name", 80), ("given_name", 80), ("name_ar", 160), ("project", 1000),
     ("commune", 80), ("identifier", 40)],
)  # fmt: skip
def test_text_may_fill_its_field_and_no_more(field, limit):
    assert read(field, "é" * limit) == ("é" * limit, [])
    assert fault_of(field, "é" * (limit + 1)) == "too_long"


def test_an_ice_is_verified_and_may_have_lost_its_zeros_in_a_number_cell():
    assert read("ice", "001 525 713 000 097")[0] == "001525713000097"
    assert read("ice", 1525713000097) == ("001525713000097", ["ice_zeros"])
    assert fault_of("ice", "001234567000089") == "invalid_ice"
    assert fault_of("ice", "1525713000097") == "invalid_ice"


def test_invisible_characters_go_and_digits_become_latin():
    assert read("family_name", "\u200fEl\u00a0 Gharbi\u200b ")[0] == "El Gharbi"
    assert values.text_in(12.0) == "12"
    assert values.text_in("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("typed", "family", "given"),
    [
        ("EL GHARBI Mimoun", "EL GHARBI", "Mimoun"),
        ("AIT SAID Touria Zahra", "AIT SAID", "Touria Zahra"),
        ("Gharbi Mimoun Ali", "Gharbi", "Mimoun Ali"),
        ("GHARBI MIMOUN", "GHARBI", "MIMOUN"),
        ("الغربي ميمون", "الغربي", "ميمون"),
        ("Mimoun", "Mimoun", ""),
    ],
)
def test_both_names_in_one_cell_are_told_apart(typed, family, given):
    assert values.split_full_name(typed) == (family, given)


def test_a_record_keeps_its_uuid_and_any_other_mark_still_names_it():
    plain = "7c9e6679-7425-40de-944b-000000000001"
    assert read("uuid", plain)[0] == uuid.UUID(plain)
    assert read("uuid", f"uuid:{plain.upper()}")[0] == uuid.UUID(plain)
    assert read("uuid", "410009")[0] == read("uuid", 410009)[0]


def test_an_own_numbering_of_the_ocb_is_no_file_number():
    assert read("file_number", "err-00042") == ("ERR-00042", [])
    assert read("file_number", 12) == ("", ["other_number"])


@pytest.mark.parametrize("typed", ["-", "--", " / ", "…", "."])
@pytest.mark.parametrize(
    "field", ["family_name", "given_name", "ocb", "bootcamp", "identifier", "note"]
)
def test_a_dash_in_a_text_cell_is_an_empty_cell(field, typed):
    assert read(field, typed) == ("", [])
