"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for a lost phone."""

from __future__ import annotations

from datetime import datetime

import pyotp

from portal.core.tokens import hash_token, new_code, same

PERIOD_SECONDS = 30
_STEPS_OFF = 1  # clocks of phones are seldom exact
RECOVERY_CODES = 10
_RECOVERY_LENGTH = 12


def new_secret() -> str:
    """A new shared secret, base 32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, account: str, issuer: str) -> str:
    """What the QR code holds (Key URI format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(secret: str, code: str, *, now: datetime, after: int | None) -> int | None:
    """The time step for which a code is right; None for a wrong one, and for one not later than `after`."""
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        return None
    current = int(now.timestamp()) // PERIOD_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(current - _STEPS_OFF, current + _STEPS_OFF + 1):
        if same(digits, generator.generate_otp(step)) and (after is None or step > after):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes to print, in groups of four letters."""
    return [_grouped(new_code(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def hash_recovery_code(code: str) -> str:
    """What is kept of a recovery code, however it was typed."""
    return hash_token("".join(letter for letter in code.lower() if letter.isalnum()))


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
