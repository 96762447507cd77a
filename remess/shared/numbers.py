"""Numbers as French writes them: narrow no-break spaces, decimal commas."""

from decimal import ROUND_HALF_UP, Decimal

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"


def grouped(number) -> str:
    """1083 as « 1 083 »."""
    return f"{number:,}".replace(",", NARROW_SPACE)


def decimal(number) -> str:
    """9.83 as « 9,8 », halves rounded up."""
    rounded = Decimal(str(number)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return grouped(rounded).replace(".", ",")


def rate(part: int | None, whole: int | None) -> float | None:
    """`part` over `whole`, or None where it has no meaning."""
    return part / whole if whole and part is not None else None


def percentage(part: int | None, whole: int | None, *, digits: int) -> str:
    """« 44,5 % », halves rounded up, or « – » where the rate has no meaning."""
    if not whole or part is None:
        return "–"
    step = Decimal(1).scaleb(-digits)
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(step, rounding=ROUND_HALF_UP)
    return f"{share}".replace(".", ",") + NO_BREAK_SPACE + "%"
