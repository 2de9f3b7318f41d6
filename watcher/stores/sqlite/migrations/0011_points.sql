-- Points of series as they were published: every revision is kept, the newest counts. What is converted is derived
-- from it and filled in when its exchange rate is there.
create table points (
  source     text not null,
  at         integer not null,           -- the moment, or the beginning of the period, that the value is of
  revision   integer not null,           -- counts from 1; the highest is the value as it stands
  value      text,                       -- decimal as published; null where the publisher marks it missing
  unit       text not null,              -- as configured; empty without one
  converted  text,                       -- decimal in `into`; null while not converted
  into_unit  text not null,              -- empty where nothing is converted
  rate       text,                       -- the exchange rate used, in `rate_unit`
  rate_unit  text,
  rate_at    integer,
  flags      text not null,              -- JSON list: missing, unconverted
  released   integer,                    -- when this revision came out, if the publisher says so
  seen       integer not null,
  primary key (source, at, revision)
) without rowid;
create index points_waiting on points (source, at) where flags like '%unconverted%';
