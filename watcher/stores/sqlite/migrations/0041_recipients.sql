-- What concerns one recipient alone: its own trouble, and the lists that it left.

-- A channel without a success since then, and each recipient without one where a channel has several.
alter table channel_outages rename to channel_outages_before;
create table channel_outages (
  channel    text not null,
  recipient  text not null,              -- '' for the channel as a whole
  since      integer not null,
  told       integer,                    -- when the operator heard that it fails; null so far
  refused    integer not null,           -- messages that the receiver refused for themselves since then
  dead       integer not null,           -- messages that were given up since then
  untold     integer not null,           -- of those two, how many no notice has named or counted yet
  primary key (channel, recipient)
) without rowid;
insert into channel_outages (channel, recipient, since, told, refused, dead, untold)
  select channel, '', since, told, refused, dead, untold from channel_outages_before;
drop table channel_outages_before;

-- Leaving goes by the reader's address, whatever the channel is called that it was written on.
alter table unsubscribed add column reader text not null default '';      -- `recipient` in lower case
update unsubscribed set reader = lower(recipient);
drop index unsubscribed_now;
update unsubscribed set ended = since, ended_how = 'the same by another channel' where ended is null and exists
  (select 1 from unsubscribed o where o.reader = unsubscribed.reader and o.list = unsubscribed.list
   and o.ended is null and o.number < unsubscribed.number);
create unique index unsubscribed_now on unsubscribed (reader, list) where ended is null;

-- Which lists there are and were: a reader who left one that is renamed stays away from it under its new name.
create table lists (
  list     text primary key,             -- route:NAME or digest:NAME
  settings text not null,                -- a hash of what it says but for its name
  gone     integer                       -- since when it is not configured; null while it is
) without rowid;
