"""What can be asked of the studio: one file per wish, and the one place where the parts are joined.

Every door (terminal, Discord, a later web page, the runner) comes through here, so that no path goes around the
gate (`studio/gate.py`).
"""
