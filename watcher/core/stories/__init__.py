"""Which articles tell of the same event: what they are compared by, where to look for kin, votes, vetoes, decision."""
