"""The terminal: `likeness …`. It asks the studio for things, starts the other programs, and shows what came
of it.

Nothing here decides: every refusal comes from the studio's gate, so a wish typed here meets the same rules as
one from Discord. Only `argparse` is imported before the command is known, so that `likeness --help` answers
at once.
"""
