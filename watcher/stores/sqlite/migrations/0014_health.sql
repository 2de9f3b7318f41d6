-- What a source's documents look like: the measure for lists that are empty or short, and for silence. Written with the
-- document that brought it.
create table source_looks (
  source  text primary key,
  listed  integer,                       -- entries of the newest document; null before the first
  counts  text not null,                 -- JSON: entries of those before it, oldest first
  title   text not null,                 -- of the publication, as its document states it; empty if it does not
  pauses  text not null                  -- JSON: the pauses it is used to making; {} while unknown
) without rowid;

-- What is wrong with a source, one row a track; a row that says nothing is wrong remembers the episodes before.
create table source_health (
  source  text not null,
  track   text not null check (track in ('answer', 'listing', 'silence', 'gap')),
  kind    text not null,                 -- broken, challenge, silent ...
  since   integer,                       -- when it was first seen; null while all is well
  looks   integer not null,              -- how often in a row it was seen before it was told
  told    integer,                       -- null until it was
  ended   integer,                       -- when the episode before was over; null without one
  flaps   integer not null,              -- episodes that ended a short time before
  detail  text not null,                 -- what is wrong, in words
  primary key (source, track)
) without rowid;

-- What was told of sources' health, for good.
create table source_events (
  number    integer primary key,
  source    text not null,
  kind      text not null,
  over      integer not null,            -- 0: it began or happened; 1: it is over
  severity  text not null,
  since     integer not null,
  at        integer not null,
  says      text not null,
  occasion  text not null                -- occasions.id of its notice
);
create index source_events_source on source_events (source, at);
