"""The rooms of the bot, in the order of `/help`: each a module with its commands and its lasting buttons.

A room names its slash commands, groups and context menus in `COMMANDS`, and the dynamic items that answer again after
a restart in `ITEMS`.
"""

from __future__ import annotations

from bot import consent, imagine, train

ROOMS = (consent, train, imagine)
