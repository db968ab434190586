"""What a provider of identities tells us of a person, and which of it may be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .refusals import Invalid, sentence

# From the press of the button until the provider sends the person back.
ROUND_TRIP = timedelta(minutes=10)
# A proof is used once: its nonce is remembered longer than any clock may be wrong about it.
NONCE_REMEMBERED = timedelta(hours=1)
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Proof:
    """Checked words of a provider: ``subject`` is who the person is there, for good; never the e-mail address,
    which may be given to somebody else."""

    issuer: str
    subject: str
    nonce: str


def check_subject(subject: str) -> None:
    """As OpenID Connect has it: at most 255 characters of ASCII, large and small letters told apart."""
    plain = subject.isascii() and subject.isprintable() and subject == subject.strip()
    if not (plain and 0 < len(subject) <= LONGEST_SUBJECT):
        raise Invalid(
            sentence(
                "Mã định danh gồm chữ cái không dấu, chữ số và dấu, tối đa 255 ký tự, không có dấu cách ở đầu và cuối."
            ),
            field="subject",
        )
