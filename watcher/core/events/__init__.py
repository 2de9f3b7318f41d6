"""What an article reports or mentions: events of the recognisers' types, each with the sentence that proves it."""
