"""Understanding one article: its names, its facts and its events together, each computed once."""
