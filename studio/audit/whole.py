"""Whether the books can be believed: the chain, the heads written down elsewhere, and the consents there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from consent.anchors import Anchor
from consent.tampering import Fault, Tampering, tamperings
from db import ledger
from studio.audit import replay
from studio.audit.anchors import known_anchors
from studio.house import Studio


@dataclass(frozen=True)
class Check:
    """What a check has found. `faults` are of the ledger itself, `strays` are consents it does not lead to."""

    events: int
    erased: int
    anchors: int
    faults: tuple[Fault, ...]
    tamperings: tuple[Tampering, ...]
    strays: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, as far as can be seen from here."""
        return not self.faults and not self.strays


def check(studio: Studio, anchors: Collection[Anchor] = ()) -> Check:
    """Look at everything, against these anchors and those in the data folder's own file."""
    known = {*anchors, *known_anchors(studio)}
    with studio.readers() as session:
        newest = ledger.head(session)
        faults = ledger.verify(session, known)
        return Check(
            events=newest.seq if newest else 0,
            erased=ledger.erased(session),
            anchors=len(known),
            faults=tuple(faults),
            tamperings=tuple(tamperings(faults)),
            strays=tuple(replay.faults(session)),
        )


def verify(studio: Studio, anchors: Collection[Anchor] = ()) -> list[Fault]:
    """Every fault; none means that nothing was changed, cut or swapped, and that the consents are as they were told."""
    found = check(studio, anchors)
    return [*found.faults, *found.strays]
