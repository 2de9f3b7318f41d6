-- Deliveries that end without being sent themselves, and channels that asked to be left alone for a while.

-- As before, with one more state. `closed`: told together with others, moved to another channel or dropped by hand;
-- `reason` says which, and into what.
create table deliveries_new (
  number         integer primary key,    -- the order of telling, which every channel keeps
  id             text not null unique,   -- hash of (occasion, channel, recipient); webhook-id and Message-ID come from it
  occasion       text not null,
  channel        text not null,
  recipient      text not null,
  state          text not null check (state in ('due', 'leased', 'sent', 'dead', 'closed')),
  due            integer not null,
  lease_until    integer,                -- while leased; past it, anybody may claim it
  retries        integer not null default 0,  -- by hand; each begins the count of attempts anew
  attempts       integer not null default 0,
  first_attempt  integer,
  parts_done     integer not null default 0,  -- calls of a split message that were accepted
  reason         text not null default '',    -- of the last attempt, or why it was closed
  rendered       text,                   -- the words as sent or given up; null before the first attempt ends
  created        integer not null,
  finished       integer,                -- sent, dead or closed at
  unique (occasion, channel, recipient)
);  -- a rowid table: `number` numbers itself
insert into deliveries_new select number, id, occasion, channel, recipient, state, due, lease_until, retries, attempts,
  first_attempt, parts_done, reason, rendered, created, finished from deliveries;
drop table deliveries;
alter table deliveries_new rename to deliveries;
create index deliveries_due on deliveries (channel, number) where state in ('due', 'leased');
create index deliveries_occasion on deliveries (occasion);
create index deliveries_state on deliveries (state, created);

-- Until when a channel's receiver asked to be left alone (Retry-After); a row that has passed means nothing.
create table channel_holds (
  channel  text primary key,
  until    integer not null
) without rowid;
