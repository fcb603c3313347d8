"""A province's colours can be read, or the portal doesn't start with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.config import ROOT, ConfigurationError
from portal.core.assets import build_assets
from portal.core.profile import load_profile
from portal.core.theme import Colours, contrast, mixed, read_colours

SHIPPED = ROOT / "portal" / "starter" / "profile.toml"


def profile(tmp_path: Path, more: str) -> Path:
    path = tmp_path / "profile.toml"
    # Tables come last in TOML.
    path.write_text(SHIPPED.read_text("utf-8") + "\n" + more, "utf-8")
    return path


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_mixing_goes_from_one_to_the_other() -> None:
    assert [mixed("#000000", "#ff8040", share) for share in (0, 0.5, 1)] == ["#000000", "#804020", "#ff8040"]


def test_the_shipped_colours_are_those_of_the_tokens_and_can_be_read() -> None:
    tokens = (ROOT / "static" / "css" / "00-tokens.css").read_text("utf-8")
    assert re.findall(r"--primary: (#\w+)", tokens) == [Colours().primary, Colours().primary_dark]
    shipped = {"primary": Colours().primary, "primary_dark": Colours().primary_dark, "accent": Colours().accent}
    assert read_colours(shipped) == (Colours(), [])
    assert Colours().sheet == ""


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        ("red", "must be a table"),
        ({"primary": "red"}, "like #0a5d66"),
        ({"primary": "#0a5d66}body{display:none"}, "like #0a5d66"),
        ({"secondary": "#0a5d66"}, "is none of"),
        ({"primary": "#ffd700"}, "can't be read on light pages"),
        ({"primary_dark": "#202020"}, "can't be read on dark pages"),
    ],
)
def test_colours_that_nobody_can_read_are_refused(raw: object, part: str) -> None:
    colours, problems = read_colours(raw)
    assert any(part in problem for problem in problems)
    assert colours == Colours() or "read" in part


def test_a_profile_changes_the_sheets_and_brings_its_logo(tmp_path: Path) -> None:
    (tmp_path / "huy-hieu.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    text = 'logo = "huy-hieu.svg"\nlanguages = ["vi"]\n'
    path = tmp_path / "profile.toml"
    path.write_text(text + SHIPPED.read_text("utf-8") + '\n[colours]\nprimary = "#8a1c1c"\n', "utf-8")
    loaded = load_profile(path)
    assert loaded.languages == ("vi",)
    target = tmp_path / "static"
    colours = loaded.colours
    assets = build_assets(ROOT / "static", target, theme=colours.sheet, logo=loaded.logo, swaps=colours.swaps)
    site = (target / assets.url("css/site.css").removeprefix("/static/")).read_text("utf-8")
    assert site.index("--primary:#0a5d66") < site.index("--primary:#8a1c1c")
    assert (target / assets.url("logo.svg").removeprefix("/static/")).is_file()
    drawing = (target / assets.url("pictures/counter.svg").removeprefix("/static/")).read_text("utf-8")
    assert 'stroke="#8a1c1c"' in drawing
    assert not {Colours().primary, "#e6f1f0"} & set(re.findall("#[0-9a-f]{6}", drawing))


@pytest.mark.parametrize(
    ("before", "after", "part"),
    [
        ('logo = "nowhere.svg"', "", "logo must name a file"),
        ('logo = "profile.toml"', "", "logo must name a file"),
        ('languages = ["en"]', "", "languages must be a list"),
        ('languages = ["vi", "xx"]', "", "languages must be a list"),
        ('languages = ["vi", ["en"]]', "", "languages must be a list"),
        ("logo = 7", "", "logo must"),
        ("", '[colours]\nprimary = "#ffffff"', "can't be read"),
    ],
)
def test_a_wrong_profile_is_refused(tmp_path: Path, before: str, after: str, part: str) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(f"{before}\n{SHIPPED.read_text('utf-8')}\n{after}\n", "utf-8")
    with pytest.raises(ConfigurationError, match=part):
        load_profile(path)
