"""All content out as files and in again: the same bytes, the starter's meaning, nothing half-done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskCliRunner

from portal.adoption import service as figures
from portal.adoption.service import TargetValues
from portal.adoption.starter import parse_figures
from portal.agencies import queries as agencies
from portal.config import ROOT
from portal.content import service
from portal.core import audit, workdays
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.notices import NoticeKind, Shown
from portal.core.profile import load_profile
from portal.core.profile_values import save_values
from portal.directives.cli import parse_directives
from portal.fees import service as fees
from portal.fees.arithmetic import FeeStatus
from portal.fees.service import FeeValues
from portal.guides import jargon, picks
from portal.guides import queries as guides
from portal.guides import service as guide_service
from portal.guides.rules import parse_file as parse_guide_file
from portal.legal import queries as legal
from portal.legal import service as legal_service
from portal.media import queries as media_queries
from portal.pages import texts
from portal.places import queries as place_queries
from portal.places import service as places
from portal.places.queries import atlas
from portal.search import synonym_service as synonyms
from portal.search.synonyms import parse_file
from portal.settings import notices
from portal.settings.notices import NoticeValues
from tests import databases
from tests.factories.media import uploaded, uploaded_video
from tests.factories.staff import OPERATOR

STARTER = ROOT / "portal" / "starter"
RECORD = (
    '{"code": "1.001193", "name": "A", "field": "B", "channels": ["direct"], "as_of": "2026-06-10", '
    '"source_url": "https://dichvucong.gov.vn/x"}\n'
)
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
NOTICE = (
    "- code: bao-tri\n  kind: downtime\n  texts: {vi: {title: Bảo trì}}\n  shown_on: pages\n"
    "  starts_at: '2026-12-01 08:00'\n  ends_at: '2026-12-01 10:00'\n"
)
WITHDRAWN = "- slug: loop\n  titles: {vi: Vòng}\n  withdrawn_at: '2026-11-01T08:00:00+07:00'\n"
Run = Callable[..., str]


@pytest.fixture
def run(app: Flask) -> Run:
    """A command of `portal`; fails where it ends in another way than it should."""

    def invoke(*arguments: str | Path, code: int = 0) -> str:
        db.session.remove()
        result = FlaskCliRunner(app).invoke(args=[str(one) for one in arguments])
        assert result.exit_code == code, result.output
        db.session.remove()
        return result.output

    return invoke


@pytest.fixture
def anew(app: Flask, database: databases.Database) -> Callable[[], None]:
    """Empties the database, as if it were another machine's."""

    def empty() -> None:
        db.session.remove()
        database.empty(db.engine)

    return empty


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_all_kinds() -> None:
    """Over the starter: something of the province's own in every part."""
    with unit_of_work():
        commune = next(one for one in atlas().places if one.level == "commune" and one.valid_to is None)
        row = place_queries.place(commune.slug)
        assert row is not None
        places.add_village(row, "thon", "Phước Lộc", actor=OPERATOR, now=NOW)
        document = legal.document_by_number("11/2022/NQ-HĐND", "Hội đồng nhân dân tỉnh Quảng Ngãi")
        newer = legal.document_by_number("42/2022/NĐ-CP", "Chính phủ")
        assert document
        assert newer
        legal_service.replace(document, newer.slug, date(2026, 12, 31), actor=OPERATOR, now=NOW)
        values = FeeValues(
            procedure="1.001193", channel="online", territory="", status=FeeStatus.AMOUNT, amount=5_000,
            document=document.slug, condition_vi="trả: “một phần”\n# không phải ghi chú", valid_from=date(2026, 1, 1),
        )  # fmt: skip
        fees.add_fee(values, actor=OPERATOR, now=NOW)
        figures.set_target(
            TargetValues(
                indicator="online_filing", percent=Decimal("77.5"), starts_on=date(2026, 1, 1), ends_on=None,
                document="Kế hoạch 1", url="", applies_to="",
            )
        )  # fmt: skip
        synonyms.add_rules(["giấy chào đời"], ["đăng ký khai sinh"], actor=OPERATOR, now=NOW)
        synonyms.change_rule("gks", [], actor=OPERATOR, now=NOW)
        jargon.save({**jargon.shipped(), "kính đề nghị": "mời"}, counter=0, actor=OPERATOR, now=NOW)
        entered = {("portal_name", "vi"): 'Cổng "của" dân \\ tỉnh', ("hotline", ""): "0255 3822 222"}
        save_values(entered, actor=OPERATOR, now=NOW)
        guide_service.withdraw_guide("xac-nhan-goc-viet-nam", target="/huong-dan/cap-ho-chieu", explanation={}, now=NOW)
        gone = {"vi": "Thủ tục này không còn: từ 2026", "en": "on"}
        guide_service.withdraw_guide("tranh-lua-dao", target="", explanation=gone, now=NOW)
        texts.save("gioi-thieu", "vi", "# Về: cổng\n\nChữ.\n", counter=0, actor=OPERATOR, now=NOW)
        picks.save("featured", ["cap-ho-chieu", "no"], counter=0, actor=OPERATOR, now=NOW)
        said = {"vi": {"title": "Bảo trì: tối nay", "text": "yes"}, "en": {"title": "on", "text": ""}}
        notices.add(
            NoticeValues(
                kind=NoticeKind.DOWNTIME, texts=said, shown_on=Shown.PAGES, paths=["/huong-dan/cap-ho-chieu"],
                url="/huong-dan", starts_at=NOW, ends_at=datetime(2100, 1, 1, tzinfo=UTC),
            ),
            actor=OPERATOR, now=NOW,
        )  # fmt: skip
        day = workdays.DayValues(kind="off", name="Ngày; của tỉnh", source='Thông báo "1"', is_confirmed=True)
        workdays.add_day(date(2029, 3, 1), day, actor=OPERATOR, now=NOW)


def test_out_in_and_out_again_gives_the_same_bytes(run: Run, anew: Callable[[], None], tmp_path: Path) -> None:
    run("starter", "load")
    write_all_kinds()
    first, second = tmp_path / "first", tmp_path / "second"
    run("content", "export", first)
    anew()
    run("content", "import", first)
    run("content", "export", second)
    before, after = tree(first), tree(second)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert len(before) > 70
    # The same once more changes nothing, and is no event.
    db.session.rollback()
    entries = len(audit.entries(AuditFilter(action="content_imported"), limit=9))
    report = run("content", "import", first)
    assert {line.rpartition(": ")[2] for line in report.strip().splitlines()} == {"0 changed"}, report
    assert len(audit.entries(AuditFilter(action="content_imported"), limit=9)) == entries == 1


def test_the_starter_comes_out_as_it_went_in(run: Run, tmp_path: Path) -> None:
    run("starter", "load")
    run("content", "export", tmp_path)
    for name in ("places.csv", "calendar.csv", *(f"pages/{one.name}" for one in (STARTER / "pages").iterdir())):
        assert (tmp_path / name).read_bytes() == (STARTER / name).read_bytes(), name

    def both(name: str) -> list[str]:
        return [(folder / name).read_text(encoding="utf-8") for folder in (STARTER, tmp_path)]

    assert load_profile(tmp_path / "profile.toml") == load_profile(STARTER / "profile.toml")
    # But for moments, which are written in more than one way.
    first_rows, second_rows = ([_record(line) for line in text.splitlines()] for text in both("procedures.jsonl"))
    assert first_rows == second_rows
    for path in sorted((STARTER / "guides").glob("*.yaml")):
        first, second = (parse_guide_file(text, path.stem) for text in both(f"guides/{path.name}"))
        assert first == second, path.name
        assert not first[1]
    first_rules, second_rules = map(parse_file, both("synonyms.txt"))
    assert first_rules == second_rules
    assert len({str(jargon.parse(text)) for text in both("jargon.txt")}) == 1
    shipped, exported = (yaml.safe_load(text) for text in both("legal.yaml"))
    without = [{key: one[key] for key in one if key != "slug"} for one in exported]
    stripped = [{key: one[key].strip() if isinstance(one[key], str) else one[key] for key in one} for one in shipped]
    assert without == stripped
    assert len({str(parse_directives(text)) for text in both("directives.yaml")}) == 1
    assert len({str(parse_figures(text, atlas())) for text in both("figures.yaml")}) == 1
    (shipped_cut,), (exported_cut,) = (yaml.safe_load(text) for text in both("reductions.yaml"))
    assert exported_cut.pop("territory") == "tinh-quang-ngai-cu"
    assert exported_cut == {key: shipped_cut[key] for key in shipped_cut if key != "territory"}


def _record(line: str) -> dict[str, object]:
    row = json.loads(line)
    if "portal_updated_at" in row:
        row["portal_updated_at"] = datetime.fromisoformat(row["portal_updated_at"])
    return dict(row)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("places.csv", "slug;name\nx;y\n", "places.csv:1:"),
        ("agencies.yaml", "- slug: a\n  name: A\n- slug: b\n  naem: B\n", "agencies.yaml:3: naem: no such key"),
        ("agencies.yaml", "- {slug: a, name: A, superior: b}\n- {slug: b, name: B, superior: a}\n", "above itself"),
        ("procedures.jsonl", '{"code": "1.001193"}\n{"code": 7}\n', "procedures.jsonl: "),
        ("procedures.jsonl", RECORD + RECORD.replace("1.001193", "x"), "procedures.jsonl:2:"),
        ("calendar.csv", "day;kind;name;source;confirmed\n2026-13-01;off;A;B;no\n", "calendar.csv:2:"),
        ("legal.yaml", "- number: 1/NQ\n", "legal.yaml:1: issuer, issuer_kind"),
        ("legal.yaml", "- &a {number: 1}\n- *a\n", "legal.yaml:2: aliases"),
        ("legal.yaml", "number: 1\n", "legal.yaml:1: a list was expected"),
        ("legal.yaml", "- [\n", "legal.yaml:2: not valid YAML"),
        ("legal.yaml", b"\xff\xfe\x00", "legal.yaml: not UTF-8"),
        ("reductions.yaml", "- slug: a\n  document: none\n", "reductions.yaml:1:"),
        ("fees.yaml", "\n- code: a\n", "fees.yaml:2: 'document' is missing"),
        ("synonyms.txt", "a => b\nb => a\n", "synonyms.txt:1:"),
        ("jargon.txt", "# x\nno arrow\n", "jargon.txt:2:"),
        ("guides/x.yaml", "slug: x\n", "guides/x.yaml:"),
        ("withdrawn.yaml", "- {slug: a, target: 'https://evil.example/'}\n", "withdrawn.yaml:1: slug is needed"),
        ("withdrawn.yaml", "- {slug: a, withdrawn_at: soon}\n", "withdrawn.yaml:1: Invalid"),
        ("directives.yaml", "- slug: x\n", "directives.yaml:1:"),
        ("figures.yaml", "- document: x\n", "figures.yaml:1:"),
        ("targets.yaml", "- {indicator: nothing, percent: 5, starts_on: 2026-01-01, document: x}\n", "targets.yaml:1:"),
        ("targets.yaml", "- {indicator: online_filing, percent: x, starts_on: 2026-01-01}\n", "targets.yaml:1:"),
        ("notices.yaml", "- {code: a, kind: urgent, shown_on: home, starts_at: x, ends_at: y}\n", "notices.yaml:1:"),
        (
            "notices.yaml",
            "- {code: a, kind: urgent, shown_on: home, starts_at: '2026-01-01 10:00', ends_at: '2026-01-02 10:00', "
            "texts: {vi: {title: A}}, url: 'https://evil.example/'}\n",
            "notices.yaml:1: url:",
        ),
        ("pages/gioi-thieu.vi.md", "# Tên\n\n[x](https://evil.example/)\n", "pages/gioi-thieu.vi.md: link"),
        ("profile.toml", "portal_name = 5\n", "profile.toml: PROFILE"),
        ("home.yaml", "footer: [a]\n", "home.yaml:1:"),
        ("home.yaml", "featured: [2026-13-45]\n", "home.yaml:1:"),
        ("notices.yaml", NOTICE + "  paths: [[/x]]\n", "notices.yaml:1: paths"),
        ("notices.yaml", NOTICE.replace("2026-12-01", "0001-01-01"), "notices.yaml:1:"),
        ("notices.yaml", NOTICE.replace("code: bao-tri", "code: bao-tri-he-thong-mot-cua"), "notices.yaml:1: code"),
        ("withdrawn.yaml", WITHDRAWN + "  target: /huong-dan/loop\n", "target leads to itself"),
        ("withdrawn.yaml", WITHDRAWN, "a target or an explanation"),
        ("guides/media/media.yaml", "a: &a [x]\nb: *a\n", "aliases"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_with_its_line_and_nothing_changes(
    run: Run, tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    good = "giấy chào đời => đăng ký khai sinh\n"
    (tmp_path / "synonyms.txt").write_text(good, encoding="utf-8")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = list(service.files())
    output = run("content", "import", tmp_path, code=1)
    assert said in output
    assert "Nothing was imported." in output
    assert list(service.files()) == before


def test_a_check_says_what_would_change_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "synonyms.txt").write_text("giấy chào đời => đăng ký khai sinh\n", encoding="utf-8")
    before = list(service.files())
    assert "synonyms: 1 would change" in run("content", "import", tmp_path, "--check")
    assert list(service.files()) == before
    assert "synonyms: 1 changed" in run("content", "import", tmp_path)
    assert list(service.files()) != before


def test_what_the_files_do_not_name_stays(run: Run, tmp_path: Path) -> None:
    run("starter", "load")
    with unit_of_work():
        count = len(guides.all_values())
        known = len(agencies.slugs_by_name())
    (tmp_path / "agencies.yaml").write_text(
        "- slug: so-x\n  name: Sở X\n  phones: ['0255 3822 222']\n", encoding="utf-8"
    )
    assert "agencies: 1 changed" in run("content", "import", tmp_path)
    assert len(guides.all_values()) == count
    assert len(agencies.slugs_by_name()) == known + 1


def test_uploads_travel_with_their_words(run: Run, anew: Callable[[], None], tmp_path: Path) -> None:
    uploaded("nut-nop", caption="Nút ở cuối trang", credit="UBND tỉnh")
    uploaded_video("cach-nop")
    before = media_queries.library()
    first, second = tmp_path / "first", tmp_path / "second"
    run("content", "export", first)
    anew()
    assert "guides: 2 changed" in run("content", "import", first)
    run("content", "export", second)
    assert tree(second) == tree(first)
    assert {"guides/media/nut-nop.webp", "guides/media/cach-nop.mp4"} <= tree(first).keys()
    after = media_queries.library()
    assert after.videos.keys() == before.videos.keys() == {"cach-nop"}
    one, other = before.pictures["nut-nop"], after.pictures["nut-nop"]
    assert (one.alt, one.caption, one.credit) == (other.alt, other.caption, other.credit)
    assert [file.width for file in other.files] == [400, 800]
    assert "guides: 0 changed" in run("content", "import", first)
