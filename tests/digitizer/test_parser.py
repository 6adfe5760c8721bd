"""What the command line says of an argument that it does not take."""

import pytest

from digitizer.cli.parser import UsageError, build_parser
from digitizer.i18n import set_language


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        (["person", "add", "An", "--roles", "foo"], "scan, describe"),
        (["record", "new", "--level", "foo"], "fonds"),
        (["record", "set", "A", "--secrecy", "foo"], "none"),
        (["--role", "foo", "check"], "scan, describe"),
    ],
)
def test_choices_are_named(language: str, arguments: list[str], choices: str) -> None:
    set_language(language)
    try:
        with pytest.raises(UsageError) as caught:
            build_parser().parse_args(arguments)
    finally:
        set_language("en")
    said = str(caught.value).rpartition("error:" if language == "en" else ":")[2]
    assert choices in str(caught.value).splitlines()[-1]
    assert "foo" in said
    assert "Role" not in said
    assert "Level" not in said


@pytest.mark.parametrize("jobs", ["x", "-1", "0", "65", "99999", "9999999999999"])
def test_one_range_of_processes_is_said(jobs: str) -> None:
    with pytest.raises(UsageError, match="from 1 to 64"):
        build_parser().parse_args(["process", "--jobs", jobs])
