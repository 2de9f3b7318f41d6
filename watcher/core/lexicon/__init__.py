"""The names that watcher knows (organisations, materials, places), and finding them in a text."""
