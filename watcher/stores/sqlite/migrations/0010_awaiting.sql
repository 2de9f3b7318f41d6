-- Articles whose text stands on another page: listed with a title and an excerpt, judged on that, and judged again
-- when the page was read. One row per article, kept when all is done: it tells that the text is the page's.
create table awaiting (
  article      integer primary key,      -- articles.number
  source       text not null,
  host         text not null,            -- of the page; one page of a host at a time
  listed       text not null,            -- JSON of the draft made of the entry as listed; what the page is joined to
  state        text not null check (state in ('due', 'done', 'failed')),
  due          integer not null,         -- fetch at or after this time
  lease_until  integer,                  -- a claim that runs out; null while nobody fetches
  attempts     integer not null default 0,  -- fetches since it was last asked for
  asked        integer not null,         -- when it was last asked for
  times        integer not null default 1,  -- how often it was: again when the entry changed
  reason       text                      -- why the last attempt failed; null if none did
);
create index awaiting_due on awaiting (due) where state = 'due';
create index awaiting_source on awaiting (source, state);
