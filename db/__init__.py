"""The studio's memory: tables, the ledger's storage, the vault of encrypted files, the queue.

It knows the rules' words (`consent`), and neither torch nor Discord.
"""
