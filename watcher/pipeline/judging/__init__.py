"""Rules judge what was read, now and over time: matches, alerts, and what a timer brings."""
