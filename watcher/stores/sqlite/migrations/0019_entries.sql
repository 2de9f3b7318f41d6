-- Dates to come that articles state: one row a date and thing, whatever the number of articles.
create table entries (
  id           text primary key,         -- what alerts on it are about: entry:<id>
  kind         text not null,            -- expires, effective, comment_close, deadline, hearing or meeting
  first_day    text,                     -- ISO day; null while the day is unknown
  last_day     text,                     -- likewise; the same day, or the last of several
  time         text not null,            -- of the day, 17:00; empty if none is stated
  zone         text not null,            -- IANA name: whose days they are
  conditional  integer not null,         -- 1: depends on something
  sure         integer not null,         -- 0: only expected
  topic        text not null,            -- JSON: what it is the date of
  printed      text not null,            -- the date as it was first printed
  state        text not null check (state in ('standing', 'lapsed', 'settled', 'superseded', 'withdrawn')),
  outcome      text not null,            -- of a settled one: expired, extended ...; empty otherwise
  reason       text not null,            -- how it came to its state, in words
  moved_to     text not null,            -- entries.id of the date that took its place; empty otherwise
  seen         integer not null,         -- when it was first known
  told         text not null             -- ISO day of the newest article that states it
) without rowid;
create index entries_days on entries (last_day, kind);

-- What open entries are found by: document:2025-61, material:holmium, country:CN ...
create table entry_keys (
  key    text not null,
  entry  text not null,                  -- entries.id
  primary key (key, entry)
) without rowid;
create index entry_keys_entry on entry_keys (entry);

-- The sentences behind an entry.
create table entry_evidence (
  entry           text not null,         -- entries.id
  article         integer not null,      -- articles.number
  part            text not null check (part in ('states', 'names', 'moves', 'settles')),
  revision        integer not null,      -- of the article, that the spans point into
  start           integer not null,      -- the words that say it
  stop            integer not null,
  sentence_start  integer not null,
  sentence_stop   integer not null,
  quote           text not null,         -- the sentence as it stood
  source          text not null,
  publisher       text not null,
  trust           text not null,
  seen            integer not null,
  reason          text not null,         -- why it is evidence of this entry, in words
  primary key (entry, article, part)
) without rowid;
create index entry_evidence_article on entry_evidence (article);

-- What is to happen on a day: reminders of rules, and the lapse of a date that nobody speaks of any more.
create table entry_timers (
  entry   text not null,                 -- entries.id
  rule    text not null,                 -- id of the rule that wants to be reminded; empty for the lapse
  on_day  text not null,                 -- ISO day, in the entry's zone
  due     integer not null,              -- when that day begins
  done    integer,                       -- when it was carried out; null before
  primary key (entry, rule, on_day)
) without rowid;
create index entry_timers_due on entry_timers (due, rule, entry) where done is null;
