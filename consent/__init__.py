"""The rules of consent: frozen values and pure functions.

Purity rule: nothing in this folder opens a file, a socket or a database, reads a clock or imports another
folder of ours. What the rules need to know is passed in; what they decide is returned.
"""
