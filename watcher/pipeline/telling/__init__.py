"""What becomes of an alert: which ways take it, when, who hears of it, and what people do with it."""
