"""How work is spread: embedded, in this process on SQLite."""
