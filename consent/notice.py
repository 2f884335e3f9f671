"""What a person is told before they say yes. Its version, language and digest are stored with every consent.

The texts are in `consent/notices/`, one module a language. To translate, add a module with a `TEXTS` of the same
versions, and name it here; where a language lacks the version of today, English is shown. A text that was shown
stays as it is (tests/consent/test_notice.py holds the digests), so that it can always be said what a yes was a
yes to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from consent.notices import english

LANGUAGE = "en"
NOTICE_VERSION = "3"

TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": english.TEXTS})


@dataclass(frozen=True)
class Notice:
    """One text as it was shown."""

    version: str
    language: str
    text: str

    @property
    def sha256(self) -> str:
        """What is stored of it (hex)."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


def notice(language: str = LANGUAGE, version: str = NOTICE_VERSION) -> Notice:
    """A notice in a language like `en` or `de-AT`, or in English where there is none; KeyError for a version that
    never was.
    """
    for wanted in (language.lower(), language.lower().partition("-")[0]):
        if version in TEXTS.get(wanted, {}):
            return Notice(version, wanted, TEXTS[wanted][version])
    return Notice(version, LANGUAGE, TEXTS[LANGUAGE][version])


NOTICE = notice().text
NOTICE_SHA256 = notice().sha256
