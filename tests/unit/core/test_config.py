"""Configuration: one message names everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import Config, ConfigurationError
from portal.core.profile import load_profile


def test_defaults_need_nothing(tmp_path: Path) -> None:
    config = Config.from_env({"DATA_DIR": str(tmp_path), "PORT": "8123"})
    assert config.database_url == f"sqlite:///{tmp_path}/portal.db"
    assert config.site_url == "http://127.0.0.1:8123"
    assert "127.0.0.1" in config.trusted_hosts


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    wrong = {
        "PORT": "99999", "DATABASE_URL": "mysql://x", "SITE_URL": "example.vn", "WEB_THREADS": "many", "DEBUG": "maybe",
        "LOG_LEVEL": "LOUD", "PROFILE": "/no", "TRUSTED_HOSTS": "http://x/", "PROXY_HOPS": "2", "DATA_DIR": str(file),
    }  # fmt: skip
    with pytest.raises(ConfigurationError) as raised:
        Config.from_env(wrong)
    assert len(raised.value.problems) == len(wrong)
    assert all(name in str(raised.value) for name in wrong)


def test_a_database_password_may_hold_anything_else() -> None:
    config = Config.from_env({"DATABASE_URL": "postgres://user:p%40ss@db/portal"})
    assert config.database_url == "postgresql+psycopg://user:p%40ss@db/portal"


def test_a_wrong_profile_names_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text('province_name = "x"\nnational_portal_url = "http://x"\nallowed_hosts = []\nsurprise = 1\n')
    with pytest.raises(ConfigurationError) as raised:
        load_profile(path)
    assert len(raised.value.problems) == 5


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://dichvucong.gov.vn/x", True),
        ("https://sub.dichvucong.gov.vn", True),
        ("http://dichvucong.gov.vn/", False),
        ("https://dichvucong.gov.vn.evil.example/", False),
        ("https://evildichvucong.gov.vn/", False),
        ("https://dichvucong.gov.vn@evil.example/", False),
        ("https://dichvucong.gov.vn:8443/", False),
        ("https://evil.example\\@dichvucong.gov.vn/", False),
        ("https://[::1", False),
        ("//dichvucong.gov.vn/", False),
    ],
)
def test_only_allowed_hosts_by_https(url: str, allowed: bool) -> None:
    from portal.config import ROOT

    assert load_profile(ROOT / "portal" / "starter" / "profile.toml").allows(url) is allowed
