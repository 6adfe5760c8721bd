"""The official XSDs call whatever is written valid, whatever a title or a page holds."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.deliver.deliver import Delivery, deliver
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.text import PageText
from tests.digitizer.deliver.test_packages import AWKWARD
from tests.helpers.dossiers import FILE_CODE, dossier
from tests.helpers.workspaces import NULL_ENGINE, page_text, store
from tools.judge import SCHEMAS, find, xmllint

EXAMPLES = 4
LONGEST_TITLE, LONGEST_SUBJECT = "Đ" * 1000, "ỗ" * 500
FORMS = (
    Delivery("sip", layout="eark", zipped=False), Delivery("aip", zipped=False), Delivery("alto"), Delivery("ead"),
)  # fmt: skip
ASKED = {"mets-all", "premis-v3-0", "ead3", "simpledc", "alto-4-4"}


@pytest.mark.samples
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    title=AWKWARD.map(lambda text: f"x{text}") | st.just(LONGEST_TITLE),
    subject=AWKWARD.map(lambda text: f"x{text}"[:500]) | st.just(LONGEST_SUBJECT),
    words=AWKWARD,
)
def test_the_official_schemas_hold_for_every_record(
    tmp_path_factory: pytest.TempPathFactory, title: str, subject: str, words: str
) -> None:
    if not SCHEMAS.is_dir() or shutil.which("xmllint") is None:
        pytest.skip("the shared folder of official schemas (../shared/schemas), or xmllint, is not here")
    root: Path = tmp_path_factory.mktemp("lạ")
    with Workspace(root / "w", NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,), title=title, subject=subject, item_values={"issuing_body": f"x{words}"[:200]})
        (page,) = workspace.catalogue.pages.of_record(workspace.catalogue.records.get(FILE_CODE).id)
        read = page_text(words, title, subject)
        store(workspace, page.id, PageText(Size(250, 350), 200.0, read.languages, read.reader, read.blocks))
        for wanted in FORMS:
            report = deliver(workspace, root / "giao", wanted)
            assert not report.refused, report.refused
    found = find(root / "giao", root)
    assert {Path(schema).stem for schema in found.xml} == ASKED
    assert [said for said in xmllint(["xmllint"], found, SCHEMAS) if said[2]] == []
