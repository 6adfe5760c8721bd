"""Settings: typed, versioned, unknown keys rejected by name."""

from pathlib import Path

import pytest

from digitizer.errors import SettingsInvalid
from digitizer.settings import Settings, default_workspace, load_settings, save_settings


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    wanted = Settings(language="en", reading_languages=("vie", "eng"), person="Nguyễn Thị Lưu Trữ")
    save_settings(wanted, tmp_path / "cấu hình" / "settings.json")
    assert load_settings(tmp_path / "cấu hình" / "settings.json") == wanted


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"langauge": "vi"}', "langauge"),
        ('{"version": 2}', "version"),
        ('{"jobs": -1}', "jobs"),
        ('{"reading_languages": ["../../x"]}', "reading_languages"),
        ("{", "JSON"),
    ],
)
def test_a_wrong_file_is_refused_and_the_wrong_part_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(SettingsInvalid, match=named):
        load_settings(path)


def test_the_workspace_variable_may_name_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITIZER_WORKSPACE", "~/kho")
    assert default_workspace() == Path.home() / "kho"
