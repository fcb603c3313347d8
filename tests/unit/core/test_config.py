"""Configuration: one message names everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.config import Config, ConfigurationError, SmtpServer
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
        "UPLOAD_SCANNER": "no-such-scanner -",
    }  # fmt: skip
    with pytest.raises(ConfigurationError) as raised:
        Config.from_env(wrong)
    assert len(raised.value.problems) == len(wrong)
    assert all(name in str(raised.value) for name in wrong)


def test_a_scanner_is_a_command_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Config.from_env({}).upload_scanner == ()
    program = tmp_path / "scan it"
    program.write_text("#!/bin/sh")
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    assert Config.from_env({"UPLOAD_SCANNER": "'./scan it' --quiet -"}).upload_scanner == (str(program), "--quiet", "-")
    for wrong in ("'unclosed", str(tmp_path), "''"):
        with pytest.raises(ConfigurationError, match="UPLOAD_SCANNER"):
            Config.from_env({"UPLOAD_SCANNER": wrong})


def test_a_database_password_may_hold_anything_else() -> None:
    config = Config.from_env({"DATABASE_URL": "postgres://user:p%40ss@db/portal"})
    assert config.database_url == "postgresql+psycopg://user:p%40ss@db/portal"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.vn", ("mail.example.vn", 587, "starttls", "", "")),
        ("smtp://a%40b:p%2Fss@mail.example.vn:2525/?starttls=1", ("mail.example.vn", 2525, "starttls", "a@b", "p/ss")),
        ("smtps://a:b@mail.example.vn", ("mail.example.vn", 465, "tls", "a", "b")),
        ("smtp://localhost:25/?starttls=0", ("localhost", 25, "none", "", "")),
        ("smtp://a:b@127.0.0.1:25?starttls=0", ("127.0.0.1", 25, "none", "a", "b")),
    ],
)
def test_a_mail_server(url: str, server: tuple[str, int, str, str, str]) -> None:
    names = ("host", "port", "security", "user", "password")
    found = Config.from_env({"SMTP_URL": url}).smtp_url
    assert found == SmtpServer(**dict(zip(names, server, strict=True)))  # type: ignore[arg-type]
    assert not server[4] or repr(server[4]) not in repr(found)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.vn", "http://mail.example.vn", "smtp://", "smtp://a:secret@mail.example.vn?starttls=0",
        "smtp://a:secret@mail.example.vn/x", "smtp://a:secret@mail.example.vn:x", "smtp://a:secret@h?starttls=maybe",
        "smtp://a:secret@h?tls=1", "smtp://a:secret@h?starttls", "smtp://a:secret@[::1", "smtp://a:secret@h#x",
    ],
)  # fmt: skip
def test_a_wrong_mail_server_stops_the_start_and_stays_secret(url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Config.from_env({"SMTP_URL": url})
    assert "SMTP_URL" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("site", "given", "sender"),
    [
        ("https://gandan.example.vn", "", "no-reply@gandan.example.vn"),
        ("http://127.0.0.1:8000", "", "no-reply@localhost"),
        ("https://x.vn", "gop-y@example.vn", "gop-y@example.vn"),
        ("https://x.vn", "Cổng thông tin <gop-y@example.vn>", "Cổng thông tin <gop-y@example.vn>"),
    ],
)
def test_the_sender_of_mail(site: str, given: str, sender: str) -> None:
    assert Config.from_env({"SITE_URL": site, "MAIL_FROM": given}).mail_from == sender


@pytest.mark.parametrize("given", ["x", "x@", "<x@y.vn", "A\r\nB <x@y.vn>", "a@b.vn, c@d.vn", "A <x@y.vn> B"])
def test_a_wrong_sender_stops_the_start(given: str) -> None:
    with pytest.raises(ConfigurationError, match="MAIL_FROM"):
        Config.from_env({"MAIL_FROM": given})


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


def test_a_profile_names_its_places_file(tmp_path: Path) -> None:
    from portal.config import ROOT

    text = (ROOT / "portal" / "starter" / "profile.toml").read_text("utf-8")
    path = tmp_path / "profile.toml"
    path.write_text(text)
    assert load_profile(path).places is None
    (tmp_path / "units.csv").write_text("")
    path.write_text(text + 'places = "units.csv"\n')
    assert load_profile(path).places == tmp_path / "units.csv"
    for wrong in ('"none.csv"', '""', "3"):
        path.write_text(text + f"places = {wrong}\n")
        with pytest.raises(ConfigurationError, match="places must name a file"):
            load_profile(path)
