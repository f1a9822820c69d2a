"""The comparison with other generators: equal input, measured from outside."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"
sys.path.insert(0, str(BENCH))

import cases  # noqa: E402
import compare  # noqa: E402
import corpus  # noqa: E402
import dialects  # noqa: E402
import faults  # noqa: E402
import generators  # noqa: E402
import goals  # noqa: E402
import measure  # noqa: E402
import observing  # noqa: E402
import planting  # noqa: E402
import prose  # noqa: E402
import report  # noqa: E402
import results  # noqa: E402

PEERS = [generator for generator in generators.BY_NAME.values() if not generator.ours]
each_peer = pytest.mark.parametrize("peer", PEERS, ids=lambda generator: generator.name)
each_generator = pytest.mark.parametrize(
    "generator", generators.BY_NAME.values(), ids=lambda generator: generator.name
)


def sample(generator: str, case: str, wall: float, turn: int = 0) -> results.Sample:
    return results.Sample(generator, 10_000, case, turn, wall, 2 * wall, 2**30, 2**29, 7, 90, 2**20)


def part(*samples: results.Sample, size: int = 10_000) -> results.Part:
    against = {"ours": "Hugo", "Hugo": "Hugo"}
    on = {"cores": "2", "memory": "8 GiB", "system": "Linux 6.1, x86_64", "load": "0.1"}
    sized = [dataclasses.replace(sample, size=size) for sample in samples]
    return results.Part(size, "1 May 2026", on, {"Hugo": "0.1"}, against, sized)


# -- the same work ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", sorted({peer.dialect for peer in PEERS}))
def test_every_generator_is_given_the_same_bodies_to_the_byte(dialect: str) -> None:
    ours = {
        path.rpartition("/")[2]: text.split("\n---\n\n", 1)[1]
        for path, text in corpus.corpus(30)
        if path.startswith("briefings/")
    }
    theirs = dict(dialects.briefings(30, dialect))
    assert theirs.keys() == ours.keys()
    for name, text in theirs.items():
        assert text.replace("<!-- TEASER_END -->\n\n", "").endswith(f"\n{ours[name]}"), name


@each_generator
def test_every_case_changes_what_it_says_and_a_second_time_too(
    generator: generators.Generator, tmp_path: Path
) -> None:
    site = generators.lay(generator, 20, tmp_path)
    states = [measured_content(site)]
    for mark, case in enumerate((cases.body, cases.rating, cases.trust, cases.layout) * 2, start=1):
        case(generator, site, 20, mark)
        states.append(measured_content(site))
        assert states[-1] != states[-2], case
    assert len({json.dumps(state) for state in states}) == len(states)


def measured_content(site: Path) -> dict[str, str]:
    files = (path for path in sorted(site.rglob("*")) if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(site)): path.read_text("utf-8", "replace") for path in files}


def test_a_restored_cache_and_site_meet_files_with_new_times(tmp_path: Path) -> None:
    site = generators.lay(generators.OURS, 10, tmp_path)
    for name in ("output", ".output-state", "cache"):
        (site / name).mkdir()
        (site / name / "kept").write_text(name)
    before, content = measure.files(site / "content"), measured_content(site / "content")
    old_files = measure.files(site / "output")
    cases.restored(generators.OURS, site, 10, 1)
    assert [time for _, _, time in measure.files(site / "output").values()] == [
        time for _, _, time in old_files.values()
    ]
    assert measure.files(site / "output") != old_files
    after = measure.files(site / "content")
    assert measured_content(site / "content") == content
    assert measure.written(before, after) == len(after)
    made = [".output-state", "cache", "output"]
    assert sorted(path.name for path in site.iterdir()) == sorted(
        [*made, "content", "static", "templates"]
    )
    assert all((site / name / "kept").read_text() == name for name in made)


@each_peer
def test_peers_are_pinned_to_a_version(peer: generators.Generator) -> None:
    folder = generators.PEERS / peer.setup
    if (folder / "package.json").is_file():
        wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"].values()
        assert all(version[0].isdigit() for version in wanted)
    else:
        lines = (folder / "requirements.txt").read_text("utf-8").splitlines()
        assert all("==" in line for line in lines)
    assert (folder / peer.layout).read_text("utf-8").count(peer.before) == 1


# -- measuring -------------------------------------------------------------------------------------


def test_a_process_is_measured_with_all_that_it_starts(tmp_path: Path) -> None:
    child = "held = bytearray(80_000_000); import time; time.sleep(0.6)"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )
    run = measure.run([sys.executable, "-c", f"print('said'); {parent}"], tmp_path)
    assert (run.status, run.output.strip()) == (0, "said")
    assert run.wall > 0.6
    assert run.cpu > 0
    assert run.largest > 80_000_000
    if sys.platform == "linux":
        assert run.peak is not None
        assert run.peak > 80_000_000


def test_a_command_that_fails_is_no_result(tmp_path: Path) -> None:
    run = measure.run([sys.executable, "-c", "import sys; sys.exit('it is broken')"], tmp_path)
    assert run.status == 1
    assert "it is broken" in run.output


@pytest.mark.parametrize(
    "case", ["one body edited", "one rating added", "one trust renamed", "one layout changed"]
)
def test_a_build_that_leaves_an_edit_out_is_no_result(case: str, tmp_path: Path) -> None:
    stale = dataclasses.replace(generators.ZENSICAL, command=lambda: ["true"])
    site = generators.lay(stale, 20, tmp_path)
    for number in range(20):
        page = planting.page_of(stale, site, number)
        page.parent.mkdir(parents=True)
        page.write_text(planting.path_of(stale, site, number).read_text("utf-8"), "utf-8")
    with pytest.raises(compare.Failed, match=r"but .* has no"):
        compare._sample(stale, site, 20, case, 0, 1)


def test_a_file_counts_as_written_if_it_is_new_changed_or_another(tmp_path: Path) -> None:
    for name in ("same", "changed", "replaced", "touched"):
        (tmp_path / name).write_text("1")
    before = measure.files(tmp_path)
    (tmp_path / "changed").write_text("22")
    (tmp_path / "other").write_text("1")
    (tmp_path / "other").replace(tmp_path / "replaced")
    os.utime(tmp_path / "touched", (1, 1))
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "file").write_text("1")
    after = measure.files(tmp_path)
    assert measure.written(before, after) == 4
    assert measure.written(after, after) == 0


def test_generators_that_take_too_long_run_only_if_named() -> None:
    def names(size: int, *named: str) -> set[str]:
        return {generator.name for generator in compare._chosen(named, size, alone=False)}

    assert names(1000) == generators.BY_NAME.keys() - {"Nikola"}
    assert names(10_000) == names(1000) - {"Zensical"}
    assert names(10_000, "Zensical", "Nikola") == {"Zensical", "Nikola"}


# -- telling ---------------------------------------------------------------------------------------


def test_a_ratio_compares_builds_of_one_round() -> None:
    walls = [("Hugo", 1.0), ("ours", 2.0), ("Hugo", 10.0), ("ours", 10.0), ("Hugo", 4.0)]
    text = part(
        *(sample(name, "from nothing", wall, at // 2) for at, (name, wall) in enumerate(walls))
    )
    assert text.ratio("ours", "from nothing") == 1.5
    assert text.wall("Hugo", "from nothing") == 4.0


def test_written_results_are_read_back_unchanged(tmp_path: Path) -> None:
    parts = {
        10_000: part(sample("Hugo", "from nothing", 8.0), sample("ours", "from nothing", 20.0))
    }
    results.write(tmp_path, parts)
    read_back = results.read(tmp_path)
    assert list(read_back[10_000].samples) == parts[10_000].samples
    assert report.page(read_back.values()) == report.page(parts.values())


def test_the_page_has_goals_and_says_which_were_met() -> None:
    samples = [sample("Hugo", case, 10.0) for case in cases.CASES]
    samples += [sample("ours", "nothing changed", 0.4), sample("ours", "one body edited", 2.0)]
    page = report.page([part(*samples)])
    assert "| 10,000 briefings, nothing changed | ≤ 0.04 × Hugo | 0.04 × Hugo | met |" in page
    assert (
        "| 10,000 briefings, one body edited | ≤ 0.1 × Hugo | 0.20 × Hugo | **not met** |" in page
    )
    assert "| 100,000 briefings, peak memory | ≤ 3 GiB | not measured |  |" in page
    assert "| ours | – | 0.40 (× 0.04) | 2.00 (× 0.20) |" in page
    assert "| nothing changed | ours | 1 | 0.80 | 1,024 | 512 | 7 | 90 | 1 |" in page


def test_growth_is_compared_with_ten_times_the_smaller_site() -> None:
    small, large = part(sample("ours", "from nothing", 20.0)), sample("ours", "from nothing", 230.0)
    lines = list(goals.goals_met({10_000: small, 100_000: part(large, size=100_000)}))
    assert any("| 1.15 × ten times 10,000 briefings | **not met** |" in line for line in lines)


def test_the_page_of_results_is_what_was_measured_and_nothing_else() -> None:
    page = BENCH / report.PAGE
    assert page.read_text("utf-8") == report.page(results.read(BENCH).values())


@pytest.mark.long
def test_the_command_measures_and_writes_the_page(tmp_path: Path) -> None:
    options = ["--size", "10", "--generator", "ours", "--repeats", "1"]
    options += ["--case", "from nothing", "--case", "nothing changed"]
    options += ["--saves", "2", "--sites", str(tmp_path / "sites"), "--results", str(tmp_path)]
    command = [sys.executable, str(BENCH / "compare.py"), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    result = results.read(tmp_path)[10]
    samples = result.samples
    assert len(result.saves) == 2
    assert [sample.case for sample in samples] == ["from nothing", "nothing changed"]
    assert samples[0].written == samples[0].files > 10
    assert samples[1].written == 0
    assert "## 10 briefings" in (tmp_path / report.PAGE).read_text("utf-8")


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("generator", faults.GENERATORS, ids=lambda generator: generator.name)
def test_every_fault_can_be_planted_in_every_generator(
    generator: generators.Generator, tmp_path: Path
) -> None:
    sound = generators.lay(generator, planting.SIZE, tmp_path)
    plantings = (
        planting.broken_front_matter, planting.broken_template, planting.dated_tomorrow,
        planting.draft, planting.removed, planting.broken_link, planting.script,
        planting.one_address_twice, planting.every_page,
    )  # fmt: skip
    site = faults.Site(generator, sound)
    for plant in plantings:
        plant(generator, site.fresh())
        assert measured_content(site.tried) != measured_content(sound), plant


def test_ours_keeps_the_old_site_and_names_the_line() -> None:
    before = {observing.address(number): b"old" for number in (5, 7)}
    text = "content/briefings/2020/briefing-00005.md:2:72: wrong"
    outcome = observing.Outcome(1, text, before, before)
    outcome_text = observing.after_a_fault(outcome, ("briefing-00005.md", 2))
    assert outcome_text == "old site kept whole; exit 1; file and line named"


def test_an_emptied_or_partly_published_site_is_reported() -> None:
    before = {observing.address(number): b"old" for number in range(8)}
    where = ("briefing-00005.md", 2)
    emptied = observing.Outcome(1, "", before, {})
    assert observing.after_a_fault(emptied, where).startswith("site emptied, 0 of 8 files left")
    after = {**before, observing.address(7): planting.EDITED.encode()}
    part_of_it = observing.Outcome(0, "", before, after)
    assert "mixture: other edit out, faulty page the old one" in observing.after_a_fault(
        part_of_it, where
    )


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (["old", "old"], "old"),
        (["new", "new"], "new"),
        (["new", "old"], "mixed"),
        (["new"], "missing"),
        (["new", "torn"], "torn"),
    ],
)
def test_a_killed_build_left_the_old_site_the_new_one_or_neither(
    after: list[str], state: str
) -> None:
    text = {"old": b"</html>", "new": planting.EDITED.encode() + b"</html>", "torn": b"<p"}
    redirect = {"reports/00005/index.html": b"moved</html>"}
    addresses = [observing.address(number) for number in (0, 1)]
    before, after_build = (
        dict.fromkeys(addresses, text[version]) | redirect for version in ("old", "new")
    )
    served = {
        name: text[version] for name, version in zip(addresses, after, strict=False)
    } | redirect
    assert observing.left(before, after_build, served) == state


def test_the_table_is_between_its_marks_and_nothing_else_changes() -> None:
    page = f"before\n{faults.BEGIN}\nold\n{faults.END}\nafter\n"
    table = list(faults.table({"ours": {"a draft": "not published"}}, {"ours": ""}))
    renewed = faults.renewed(page, table)
    assert renewed.startswith(f"before\n{faults.BEGIN}\n\n| ")
    assert renewed.endswith(f"\n\n{faults.END}\nafter\n")
    assert "| a draft | not published |" in renewed
    assert faults.renewed(renewed, table) == renewed
    with pytest.raises(ValueError, match="reliability"):
        faults.renewed("no marks", table)


def test_the_one_summary_of_a_hundred_thousand_that_is_too_long_is_cut_at_a_word() -> None:
    """A whole corpus of that size is measured, and refused for a single fault."""
    names = prose.trust_names(5_000)
    drawn = prose.outline(44_458, 100_000, names[44_458 % len(names)])
    assert 300 < len(drawn.summary) <= prose.LONGEST_SUMMARY
    assert drawn.summary.endswith(" …")
