"""`portal worker --once` and `portal webhooks`."""

from __future__ import annotations

from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.outbox import mail_folder, queries
from portal.outbox.mail import send_later
from portal.outbox.pidfile import only_worker


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(arguments))
    db.session.remove()
    return result.exit_code, result.output


def test_a_mail_reaches_the_folder(app: Flask) -> None:
    with unit_of_work():
        send_later("an@example.vn", "Mã xác nhận của bạn", "1234", key="code:1", now=clock.now())
        send_later("an@example.vn", "Thư thứ hai", "5678", key="code:2", now=clock.now())
    assert run(app, "worker", "--once")[0] == 0
    assert queries.counts()["sent"] == 2
    found = mail_folder.newest(renderer().config.data_dir / "mail", 10)
    assert {mail.subject for mail in found} == {"Mã xác nhận của bạn", "Thư thứ hai"}
    assert found[0].sender == "no-reply@localhost"


def test_a_second_worker_says_why_it_ends(app: Flask) -> None:
    with only_worker(renderer().config.data_dir):
        code, output = run(app, "worker", "--once")
    assert code == 1
    assert "running already" in output


def test_endpoints_come_and_go_and_their_secrets_show_once(app: Flask) -> None:
    events = ("--event", "case.created", "--event", "case.closed")
    code, output = run(app, "webhooks", "add", "https://a.example.vn/hook", *events)
    name, secret = output.split()
    assert code == 0 and secret.startswith("whsec_")
    code, output = run(app, "webhooks", "list")
    assert output.split() == [name, "active", "https://a.example.vn/hook", "case.closed", "case.created"]
    assert run(app, "webhooks", "remove", name) == (0, "removed\n")
    assert run(app, "webhooks", "remove", name)[0] == 1
    assert run(app, "webhooks", "list") == (0, "")


def test_a_wrong_endpoint_is_a_clear_message(app: Flask) -> None:
    code, output = run(app, "webhooks", "add", "http://localhost/", "--event", "case.created")
    assert code == 1 and "must be https" in output
    code, output = run(app, "webhooks", "add", "https://a.example.vn/", "--event", "Case!")
    assert code == 1 and "not an event: Case!" in output
