-- Links that readers act by: what signs them, what was done by them, who left a list, who reads a feed.
create table link_keys (
  id       text primary key,             -- stands in every link that it signed
  secret   blob not null,                -- 32 random bytes
  created  integer not null,
  retired  integer                       -- since when another one signs; null for that one
) without rowid;

create table link_uses (
  number     integer primary key,
  token      text not null,              -- a hash of the link's token
  action     text not null,
  alert      text not null,              -- alerts.id
  who        text not null,              -- the address, or the channel, that the link was sent to
  at         integer not null,
  result     text not null,              -- what it came to, in words
  deed       integer,                    -- its number in the alert's history, by which it is undone; null if none
  undone     integer                     -- null unless it was taken back
);
create index link_uses_of_token on link_uses (token);
create index link_uses_of_alert on link_uses (alert);

create table unsubscribed (
  number     integer primary key,
  channel    text not null,
  recipient  text not null,
  list       text not null,              -- route:NAME or digest:NAME
  since      integer not null,
  how        text not null,              -- by one click, on the page, or by whom on the command line
  ended      integer,                    -- null as long as nothing is sent
  ended_how  text
);
create unique index unsubscribed_now on unsubscribed (channel, recipient, list) where ended is null;

create table subscriptions (
  id         text primary key,           -- random; stands in its address
  kind       text not null check (kind in ('feed', 'ics', 'archive')),
  of         text not null,              -- route:NAME or digest:NAME; empty for all of it
  who        text not null,              -- whom it was made for, in words
  created    integer not null,
  revoked    integer                     -- null as long as it is answered
) without rowid;
