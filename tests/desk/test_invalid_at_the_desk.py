"""Every mistake of tests/invalid, opened and saved at the desk: shown, and nothing lost."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from html import escape, unescape
from pathlib import Path

import pytest

from briefings.desk import Desk
from tests.checks.test_invalid import BASE, CASES, INVALID, NOW, files_of
from tests.support.forms import Asked, Form

MOMENT = datetime.fromisoformat(f"{NOW}T12:00:00+00:00")


#: Mistakes without a field: of the file's name, in a remark, and keys that are there already.
NO_FIELD = {
    "a name that must not be published stands in the name of this file",
    "this line begins with # and would be lost (a comment)",
    "`name` is given twice, first on line 2",
    "`type` is given twice, first on line 7",
}
#: Mistakes that a form has no other way to show than as it should be: a save mends them.
MENDED = {"text-where-a-group-belongs-in-a-list", "inspection-visits-as-a-list-of-dates"}


@pytest.mark.sample(25)
@pytest.mark.parametrize("case", CASES)
def test_each_mistake_is_shown_and_a_save_loses_nothing(case: str, tmp_path: Path) -> None:
    root = tmp_path / "content"
    shutil.copytree(BASE, root)
    shutil.copytree(INVALID / case, root, dirs_exist_ok=True, symlinks=True)
    (root / "expected.txt").unlink()
    asked = Asked(root, MOMENT)
    own = {path.relative_to(INVALID / case).as_posix() for path in (INVALID / case).rglob("*")}
    faults = asked.editor.faults(asked.editor.read(), drafts=True)
    before = files_of(root)
    for file in Desk(asked.editor).files():
        if file.path not in own:
            continue
        page = asked.get(file.path).text
        text = " ".join(unescape(page).split())
        for fault in faults:
            if fault.path == f"{root}/{file.path}":
                assert fault.message in text, fault
                assert f"line {fault.line}" in text or f":{fault.line}:" in text, fault
        form = Form(page)
        beside = " ".join(form.faults.values())
        for fault in faults:
            if fault.path == f"{root}/{file.path}" and fault.message not in NO_FIELD:
                assert fault.message in beside, "not at a field"
        summary = page.partition('id="@faults"')[2].partition("</div>")[0]
        ids = re.findall(' id="([^"]*)"', page)
        assert len(ids) == len(set(ids)), "a label or a link would lead to another field"
        assert set(re.findall('href="#([^"]*)"', summary)) <= set(ids)
        said = asked.post(file.path, [*form.pairs, ("do", "save")]).text
        if case in MENDED:
            continue
        assert "nothing to save" in said
        assert files_of(root) == before
        assert Form(said).pairs == form.pairs
        if "title" in dict(form.pairs):
            title = "Quite another <title>"
            answer = asked.post(file.path, form.with_(title=title, do="save"))
            said = answer.text
            assert escape(title) in said
            if answer.status == 422:
                assert files_of(root) == before
                assert dict(Form(said).pairs) == dict(form.pairs) | {"title": title}
            else:
                (root / file.path).write_bytes(before[f"{root}/{file.path}"])
