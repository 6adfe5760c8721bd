"""What errors say are sentences, whatever they were given."""

import pytest

from digitizer.errors import WrongUsage


@pytest.mark.parametrize("reason", ["no PIN can be read", "No PIN can be read.", "no PIN can be read."])
def test_wrong_usage_is_a_sentence_before_its_advice(reason: str) -> None:
    assert WrongUsage(reason=reason).message.startswith("No PIN can be read. Run ")
    assert WrongUsage(reason="“--whole” does not go with “--as sip”").message.startswith("“--whole” does not go")
