"""The program in Discord: commands, buttons, deliveries, and every sentence people read there.

It is small on purpose: it asks `studio/` and shows what comes back. It starts in a box without torch, decides
nothing about consent, and keeps no state: what it must remember stands in the database or in the message
itself.
"""
