-- Reminders that a person's deed stops, and that go on when it is taken back.

alter table escalations add column paused integer;  -- when the next was due, while acknowledged or closed by hand; else null
