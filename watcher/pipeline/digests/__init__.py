"""What waits becomes one issue a period: drafted, edited, approved, issued."""
