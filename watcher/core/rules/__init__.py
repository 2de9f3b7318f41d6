"""Rules as values, and how one is judged against an article; how they are written in YAML is `watcher.config`'s."""
