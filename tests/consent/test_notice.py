"""What people are told before they say yes."""

from __future__ import annotations

import hashlib

from consent.notice import NOTICE, NOTICE_SHA256, NOTICE_VERSION
from consent.scope import Purpose


def test_the_notice_explains_every_purpose_that_can_be_ticked() -> None:
    for purpose in Purpose:
        assert f"\n- {purpose.value}: " in NOTICE


def test_the_notice_says_how_long_who_decides_and_how_to_stop() -> None:
    for heading in ("What happens to your photos", "How long", "Who decides", "How to stop"):
        assert f"\n{heading}\n- " in NOTICE
    assert "`consent withdraw`" in NOTICE


def test_changing_a_word_needs_a_new_version() -> None:
    """When this fails, raise NOTICE_VERSION and add the new pair; the old pairs stay."""
    published = {"1": "380a163ef8899d9166d61cae62a525b2f41f6f8767c59357327bbcf25ccdedaa"}
    assert hashlib.sha256(NOTICE.encode()).hexdigest() == NOTICE_SHA256
    assert published[NOTICE_VERSION] == NOTICE_SHA256
