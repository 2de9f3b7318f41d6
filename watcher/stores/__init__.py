"""Kinds of stores: where history, the ledger and the outbox live. SQLite is the default."""
