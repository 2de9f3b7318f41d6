"""Whether sources are well, decided from what polls left behind; never fetches, stores or tells anything itself."""
