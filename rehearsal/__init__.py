"""A Discord on the loopback: enough of it for a real bot in its own process, and stricter than the real one.

REST, gateway and CDN answer on 127.0.0.1; every body is checked against the limits Discord publishes, and what would
have been refused there is refused here and written down. Nothing of discord.py is imported: the other side of the
wire must not share its mistakes.
"""
