"""The rooms of the bot, in the order of `/help`: each a module with its commands and its lasting buttons.

A room names its slash commands, groups and context menus in `COMMANDS`, the dynamic items that answer again after a
restart in `ITEMS`, and the forms that do in `FORMS` (`bot/forms.py`), if it has any.
"""

from __future__ import annotations

from bot import (
    about,
    challenge,
    compare,
    consent,
    gallery,
    imagine,
    menus,
    mine,
    moderate,
    nightly,
    own,
    pose,
    queue,
    settings,
    subject,
    train,
)

ROOMS = (
    consent, own, mine, challenge, subject, train, imagine, compare, pose, queue, menus, gallery, nightly,
    settings, about, moderate,
)  # fmt: skip
