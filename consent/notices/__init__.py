"""The notices, one module a language; each keeps every version that was ever shown."""
