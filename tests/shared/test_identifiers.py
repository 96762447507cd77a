import pytest
from stdnum.ma import ice as stdnum_ice

from remess.shared.identifiers import display_phone, normal_cin, normal_ice, normal_phone
from remess.shared.numbers import grouped, percentage, rate

ICE = "001561191000066"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("ua 123-456", "UA123456"),
        ("ab9", "AB9"),
        ("AB9", "AB9"),
        ("EE.012345", "EE012345"),
        ("ua١٢٣", "UA123"),
        ("\u200fBE12345\u00a0", "BE12345"),
        ("", ""),
    ],
)
def test_a_cin_has_one_stored_form_zeros_kept(text, stored):
    assert normal_cin(text) == stored


@pytest.mark.parametrize("text", ["UA_123", "É123456", "ABCDEF", "UA1234567890123", "1", "UA/12"])
def test_what_cannot_be_a_cin_is_refused(text):
    with pytest.raises(ValueError, match="."):
        normal_cin(text)


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "+212 6 12 34 56 78",
        "00212612345678",
        "212612345678",
        "612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "+212 (0)6 12 34 56 78",
    ],
)
def test_a_phone_number_has_one_stored_form(text):
    assert normal_phone(text) == "+212612345678"


@pytest.mark.parametrize(
    "text", ["06123456", "0812345678", "+33612345678", "06123456789", "abc 12", "+", "0412345678"]
)
def test_what_is_no_moroccan_number_is_refused(text):
    with pytest.raises(ValueError, match="."):
        normal_phone(text)


def test_an_empty_phone_stays_empty_and_a_full_one_is_shown_in_pairs():
    assert normal_phone("  ") == ""
    assert display_phone("+212612345678") == "06 12 34 56 78"


def test_an_ice_is_fifteen_digits_with_right_check_digits():
    assert stdnum_ice.is_valid(ICE)
    assert normal_ice("001 561 191 0000 66") == ICE
    assert normal_ice("") == ""


@pytest.mark.parametrize("text", ["001561191000067", "00156119100006", "1561191000066", "x" * 15])
def test_a_wrong_ice_is_refused(text):
    with pytest.raises(ValueError, match="."):
        normal_ice(text)


def test_numbers_are_written_as_in_french():
    assert grouped(1083) == "1\u202f083"
    assert percentage(482, 1083, digits=1) == "44,5\u00a0%"
    assert percentage(1, 0, digits=1) == "–"
    assert rate(None, 5) is None
    assert rate(0, 5) == 0
