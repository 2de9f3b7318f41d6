"""The pure core: nouns and decisions. Nothing here reads a clock, a file, the network or the environment."""
