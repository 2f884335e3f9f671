"""The books: what happened (`log`), whether that is the truth (`whole`), what moderators want to know (`questions`)."""

from studio.audit.anchors import anchor, anchor_daily, known_anchors
from studio.audit.log import count, events
from studio.audit.whole import check, verify

__all__ = ["anchor", "anchor_daily", "check", "count", "events", "known_anchors", "verify"]
