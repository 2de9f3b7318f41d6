-- What people decide of alerts that were told: silences, and what somebody did with one alert.

-- A person's mute by a query until a time. It hides what its query takes from `begins` until it ends.
create table silences (
  id        text primary key,            -- s-...
  query     text not null,               -- the one-line language; empty takes every alert
  author    text not null,
  reason    text not null,               -- never empty
  begins    integer not null,
  until     integer not null,            -- when it ends by itself
  ended     integer,                     -- when a person ended it before that; null otherwise
  ended_by  text not null default '',
  announced integer,                     -- when its end was announced; null before
  reported  integer                      -- when its end was reported; null before, and where a person ended it
) without rowid;
create index silences_until on silences (until);

-- Every telling that a silence hid; the decision beside it has the Reason `silenced`.
create table silenced (
  number   integer primary key autoincrement,
  silence  text not null,                -- silences.id
  alert    text not null,                -- alerts.id
  change   text not null,                -- raised, updated ...
  way      text not null,                -- route:<name>, digest:<name>
  headline text not null,                -- as it would have been told
  at       integer not null
);
create index silenced_silence on silenced (silence);

-- What people did with alerts, in order. Of one sort the newest that is not undone is in force, unless the alert was
-- raised anew since.
create table deeds (
  number    integer primary key autoincrement,
  alert     text not null,               -- alerts.id
  what      text not null,               -- acknowledged, snoozed, assigned, closed, muted, marked
  who       text not null,
  how       text not null,               -- command, link ...
  words     text not null,               -- the note, the reason, whom it was assigned to, the silence's id
  severity  text not null,               -- the alert's at that time: a higher one passes
  until     integer,                     -- of a snooze: its end; null for the others
  at        integer not null,
  undone    integer                      -- when it was taken back; null otherwise
);
create index deeds_alert on deeds (alert);

-- Alerts whose route asks for reminders until somebody acknowledges them.
create table escalations (
  alert  text not null,                  -- alerts.id
  route  text not null,                  -- the route that told it
  said   text not null,                  -- JSON of what a message tells of it
  due    integer,                        -- of the next reminder; null when all were sent
  sent   integer not null default 0,     -- reminders so far
  since  integer not null,               -- when it was told
  primary key (alert, route)
) without rowid;
create index escalations_due on escalations (due) where due is not null;

create index alerts_open on alerts (updated) where state = 'open';

-- Two more phases: `muted` by a window of the route, `snoozed` by a person. The rest is as before.
create table holds_new (
  route     text not null,
  grp       text not null,               -- rule:<id>, route, the values of the rule's key, mute, or snooze:<alert>
  phase     text not null check (phase in ('waiting', 'quiet', 'muted', 'snoozed')),
  until     integer not null,
  severity  text not null,               -- of the last message; while collecting, the highest held
  quiet_s   real not null,
  after     text not null,               -- tell or list
  channels  text not null default '[]',  -- JSON list of the route's channels
  longest_s real not null default 0,     -- 0: not known
  primary key (route, grp)
) without rowid;
insert into holds_new select route, grp, phase, until, severity, quiet_s, after, channels, longest_s from holds;
drop table holds;
alter table holds_new rename to holds;
create index holds_until on holds (until);
