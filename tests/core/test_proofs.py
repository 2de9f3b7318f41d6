from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from watcher.core.plans import Inbox
from watcher.core.proofs import Forged, check_secret, proved

SECRET = "whsec_" + "QUJD" * 10
OTHER = "whsec_" + "REVG" * 10
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BODY = b'{"title": "Ban"}'
INBOX = Inbox(path="/in/desk", secret=SECRET)
BARE = Inbox(path="/in/desk", secret="x" * 32, scheme="hmac")


def signed(*, secret: str = SECRET, id_: str = "msg_1", at: datetime = NOW, body: bytes = BODY) -> dict[str, str]:
    """Headers as the reference library signs them."""
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, at, body.decode()),
    }


def test_what_the_reference_library_signs_is_genuine():
    assert proved(INBOX, signed(), BODY, NOW) == "msg_1"


def test_one_good_signature_of_several_is_enough_while_keys_are_changed():
    headers = signed()
    headers["webhook-signature"] = f"v1a,AAAA v1,AAAA v1,é {headers['webhook-signature']}"

    assert proved(INBOX, headers, BODY, NOW) == "msg_1"


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        ({}, BODY, "webhook-id is missing"),
        ({**signed(), "webhook-id": ""}, BODY, "webhook-id is missing"),
        ({**signed(), "webhook-id": "x" * 201}, BODY, "webhook-id is missing"),
        ({**signed(), "webhook-id": "msg_2"}, BODY, "does not fit"),
        ({**signed(), "webhook-timestamp": "soon"}, BODY, "no number of seconds"),
        ({**signed(), "webhook-timestamp": "9" * 13}, BODY, "no number of seconds"),
        ({**signed(), "webhook-timestamp": "1"}, BODY, "does not fit"),
        ({**signed(), "webhook-signature": ""}, BODY, "holds no v1 signature"),
        ({**signed(), "webhook-signature": "v1,"}, BODY, "does not fit"),
        ({**signed(), "webhook-signature": "v1,%%%"}, BODY, "does not fit"),
        (signed(), BODY + b" ", "does not fit"),
        (signed(secret=OTHER), BODY, "does not fit"),
        (signed(at=NOW - timedelta(minutes=6)), BODY, "5 minutes off"),
        (signed(at=NOW + timedelta(minutes=6)), BODY, "5 minutes off"),
    ],
)
def test_anything_else_is_forged(headers, body, why):
    with pytest.raises(Forged, match=why) as caught:
        proved(INBOX, headers, body, NOW)

    assert SECRET not in str(caught.value)


def test_a_bare_hmac_takes_the_body_for_its_id():
    signature = hmac.new(BARE.secret.encode(), BODY, hashlib.sha256).hexdigest()

    first = proved(BARE, {"x-hub-signature-256": f"sha256={signature}"}, BODY, NOW)

    assert first == proved(BARE, {"x-hub-signature-256": signature.upper()}, BODY, NOW + timedelta(days=1))
    assert first == f"sha256:{hashlib.sha256(BODY).hexdigest()}"
    for forged in ("", "sha256=", signature[:-1] + "0é", f"sha1={signature}"):
        with pytest.raises(Forged, match="missing, or does not fit"):
            proved(BARE, {"x-hub-signature-256": forged}, BODY, NOW)


def test_weak_secrets_are_refused_without_being_shown():
    for secret, scheme in (("whsec_QUJD", "standard"), ("a" * 40, "standard"), ("short", "hmac"), ("", "hmac")):
        with pytest.raises(ValueError, match="must ") as caught:
            check_secret(secret, scheme)
        assert not secret or secret not in str(caught.value)
    check_secret(SECRET, "standard")
    check_secret("x" * 24, "hmac")
    check_secret("**********", "standard")
