-- What people did, and reminders, hold whatever the clock does between.

-- Which raising of its alert a deed is of: a clock set back between them would hide that by the times.
alter table deeds add column raised integer not null default 0;           -- alerts.raised at that time
update deeds set raised = coalesce((select a.raised from alerts a where a.id = deeds.alert and a.raised <= deeds.at), 0);

-- A reminder that is due later than so long after now was put off by a clock that was ahead.
alter table escalations add column longest_s real not null default 0;     -- 0: not known
