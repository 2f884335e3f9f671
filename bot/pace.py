"""How often messages may be edited: Discord lets a bot edit five times in five seconds in one channel.

Progress of one message is worth an edit in three seconds at most, and leaves room for results: those of others in the
channel must not wait behind somebody's progress bar. What stands here is only there to be polite, and may be lost.
"""

from __future__ import annotations

from collections import deque

BETWEEN = 3  # looks (seconds) between two edits of one message that tell of progress
WINDOW, MOST = 5, 5  # looks, edits in them in one channel
FOR_RESULTS = 1  # of those, kept free


class Pace:
    """The edits of the last seconds, by message and by channel."""

    def __init__(self) -> None:
        self._messages: dict[int, int] = {}
        self._channels: dict[int, deque[int]] = {}

    def may_edit(self, channel: int, message: int, look: int, *, result: bool) -> bool:
        """Whether there is room for an edit now; if so, it is counted."""
        edits = self._channels.setdefault(channel, deque())
        while edits and edits[0] <= look - WINDOW:
            edits.popleft()
        if len(edits) >= (MOST if result else MOST - FOR_RESULTS):
            return False
        if not result and look - self._messages.get(message, look - BETWEEN) < BETWEEN:
            return False
        edits.append(look)
        self._messages[message] = look
        return True

    def forget_before(self, look: int) -> None:
        """Let go of messages that were last edited before this look."""
        self._messages = {message: at for message, at in self._messages.items() if at >= look}
        self._channels = {channel: edits for channel, edits in self._channels.items() if edits and edits[-1] >= look}
