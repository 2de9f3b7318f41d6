-- How far the clauses of rules on series have come, for each rule in its present form. A clause without a row begins
-- with the next point: what was before is history.
create table firings (
  rule     text not null,
  version  text not null,                -- hash of the expanded rule
  clause   text not null,                -- its path in the rule
  source   text not null,
  fired    integer,                      -- the time of the newest point at which it fired, told or as history; null: none
  due      integer,                      -- when it fires if no point comes any more; null without such a time
  primary key (rule, version, clause, source)
) without rowid;
create index firings_due on firings (due) where due is not null;

-- What goes on in a group of alerts on a route: collecting before a message (wait), or keeping quiet after one.
create table holds (
  route     text not null,
  grp       text not null,               -- rule:<id>, route, or the values of the rule's key
  phase     text not null check (phase in ('waiting', 'quiet')),
  until     integer not null,
  severity  text not null,               -- of the last message; while collecting, the highest held
  quiet_s   real not null,
  after     text not null,               -- tell or list
  primary key (route, grp)
) without rowid;
create index holds_until on holds (until);

-- Alerts that are held, in order, as they will be told.
create table held (
  number  integer primary key autoincrement,
  route   text not null,
  grp     text not null,
  alert   text not null,                 -- alerts.id
  change  text not null,                 -- raised, updated ...
  said    text not null,                 -- JSON of what a message tells of it
  at      integer not null
);
create index held_group on held (route, grp);
