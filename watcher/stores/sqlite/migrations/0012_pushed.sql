-- What was posted to a source, stored before the sender is told that we have it. A row whose body was taken in stays a
-- day without it: the id of a push that comes again is recognised.
create table pushed (
  number        integer primary key autoincrement,
  source        text not null,
  id            text not null,           -- of the push: webhook-id, or a hash of the body
  path          text not null,
  content_type  text not null,
  body          blob not null,           -- empty once taken in
  arrived       integer not null,
  taken         integer,                 -- null while it waits
  unique (source, id)
);
create index pushed_waiting on pushed (source, number) where taken is null;
create index pushed_arrived on pushed (source, arrived);
