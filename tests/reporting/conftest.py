from datetime import date

import pytest

from beneficiaries.funnel import Stage
from beneficiaries.models import Sex
from tests.factories import make_agreement, make_beneficiary, make_ocb, make_region, make_target


@pytest.fixture
def world():
    """A convention and an avenant, two regions, three people on their way."""
    convention = make_agreement(code="CONV")
    avenant = make_agreement(code="AV1", amends=convention)
    north, south = make_region(code="NOR"), make_region(code="SUD")
    make_target(convention, 10, region=north)
    make_target(avenant, 20, region=north)
    make_target(convention, 4, region=south)
    one, two = make_ocb(region=north), make_ocb(region=south)
    make_beneficiary(ocb=one, at=Stage.CREATED, cin="UA123456", phone="+212612345678")
    make_beneficiary(ocb=one, sex=Sex.MALE, on=date(2017, 5, 1))
    make_beneficiary(ocb=two, at=Stage.SELECTED)
    return {"avenant": avenant, "north": north, "south": south, "ocbs": (one, two)}
