"""What the staff get by e-mail: in every language of the portal, Vietnamese first, or in the one of their account."""

from __future__ import annotations

from datetime import datetime
from html import unescape

from portal.accounts.models import User
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, Locale, localised_path, speaking
from portal.core.pages import renderer
from portal.outbox.mail import InvalidAddress, send_later


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


def language_of(user: User) -> Locale:
    """The language that the portal writes to somebody in; Vietnamese where it no longer offers theirs."""
    locale = LOCALES.get(user.locale, DEFAULT_LOCALE)
    return locale if locale.code in renderer().profile.languages else DEFAULT_LOCALE


def write_to(user: User, template: str, path: str, *, key: str, now: datetime, **context: object) -> bool:
    """Send a template to somebody in their language, with the address of a path of ours as its `link`.

    Every line is a paragraph, the first one the subject. False where nothing can be sent to their address.
    """
    locale = language_of(user)
    with speaking(locale.code):
        text = renderer().text(template, locale, link=_address(path, locale), **context)
    # Templates escape for HTML; in a plain text the characters stand for themselves.
    subject, *lines = [line for line in unescape(text).splitlines() if line.strip()]
    try:
        send_later(user.email, subject, "\n\n".join(lines), key=key, now=now)
    except InvalidAddress:
        return False
    return True
