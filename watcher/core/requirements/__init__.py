"""What a rule asks over time: how many, how often, what next, by when; pure, of items and their two times."""
