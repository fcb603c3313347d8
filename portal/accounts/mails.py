"""What the staff get by e-mail: each message in every language of the portal, Vietnamese first."""

from __future__ import annotations

from datetime import datetime
from html import unescape

from portal.core.i18n import LOCALES, Locale, localised_path
from portal.core.pages import renderer
from portal.outbox.mail import send_later


def link_address(token: str, locale: Locale) -> str:
    """The address of a private link."""
    return _address(f"/lien-ket/{token}", locale)


def _address(path: str, locale: Locale) -> str:
    return renderer().config.site_url + localised_path(path, locale)


def is_mail_sent() -> bool:
    """Whether e-mail leaves this machine; where it doesn't, an admin hands links over."""
    return bool(renderer().config.smtp_url)


def send_invitation(email: str, name: str, token: str, *, key: str, now: datetime) -> None:
    """Tell somebody that they may join, and how."""
    write("email/invitation.txt", email, f"/lien-ket/{token}", key=key, now=now, forgets=True, name=name)


def send_reset(email: str, token: str, *, key: str, now: datetime) -> None:
    """Send the link by which a password is set anew."""
    write("email/password_reset.txt", email, f"/lien-ket/{token}", key=key, now=now, forgets=True)


def send_warning(email: str, *, key: str, now: datetime) -> None:
    """Tell somebody that their account was guessed at, and where a new password is asked for."""
    write("email/guessed_at.txt", email, "/can-bo/quen-mat-khau", key=key, now=now)


def write(
    template: str, email: str, path: str, *, key: str, now: datetime, forgets: bool = False, **context: str
) -> None:
    """Send a template in every language of the portal, with the address of a path of ours as its `link`.

    `key` and `forgets` as of `outbox.mail.send_later`, which raises InvalidAddress.
    """
    # Templates escape for HTML; in a plain text the characters stand for themselves.
    texts = {
        locale: unescape(renderer().text(template, locale, link=_address(path, locale), **context))
        for locale in LOCALES.values()
        if locale.code in renderer().profile.languages
    }
    # Every line is a paragraph; the first one of the first language is the subject.
    paragraphs = {locale: [line for line in text.splitlines() if line.strip()] for locale, text in texts.items()}
    (_, (subject, *lines)), *others = paragraphs.items()
    for locale, translated in others:
        lines += [f"--- {locale.name} ---", *translated]
    send_later(email, subject, "\n\n".join(lines), key=key, now=now, forgets=forgets)
