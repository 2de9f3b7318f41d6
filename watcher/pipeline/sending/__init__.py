"""Deliveries leave the outbox, one channel beside the other, and every answer is kept."""
