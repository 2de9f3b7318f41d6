"""Pages made for people, read as articles, round-ups and watched texts; pure, so that all of it runs in a worker."""
