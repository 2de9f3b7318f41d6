-- Bills, permits, control numbers and projects that are followed. Those that nobody declared were found by a number.
create table matters (
  id        text primary key,
  title     text not null,
  declared  integer not null,            -- 1: a rule file declares it; 0: found by its document's number
  kind      text not null,               -- of its document: bill, gazette ...; empty for a declared one
  document  text not null,               -- its number; empty for a declared one
  types     text not null,               -- JSON list: the types of event that it follows
  status    text,                        -- as it stands; null while unknown
  standing  text not null,               -- JSON: status, last move, sums and dates known; derived from `transitions`
  lapses    integer,                     -- when its status ends by itself if nobody says more; null if no date ends it
  founded   integer not null,
  heard     integer not null             -- when the last entry was made
) without rowid;
create index matters_heard on matters (heard);
create index matters_lapses on matters (lapses) where lapses is not null;

-- The time lines. An entry outlives its article: words and publisher stand here too.
create table transitions (
  number      integer primary key autoincrement,
  matter      text not null,             -- matters.id
  key         text not null,             -- the same for what says the same
  said        text not null,             -- the key of what repeats its sentence
  change      text not null check (change in ('status', 'date', 'amount', 'note', 'evidence')),
  earlier     integer not null,          -- 1: it happened before the last move and moved nothing
  told        text not null,             -- the status that the text tells; empty where it tells none
  before      text,                      -- the matter's status before it; null while unknown
  after       text,
  first_day   text not null,             -- when it happened, ISO days
  last_day    text not null,
  stated      integer not null,          -- 1: the text says when; 0: the article's own day stands for it
  label       text not null,             -- UNCONFIRMED, DENIED or empty
  background  text not null,             -- why it is merely recalled; empty for news
  amounts     text not null,             -- JSON list
  dates       text not null,             -- JSON list of [kind, ISO day]
  news        text not null,             -- what is new, in words; empty for nothing
  sentence    text not null,             -- that proves it, as it was
  span        text not null,             -- JSON: [start, end, start of the act, end of the act] in the article's text
  document    text not null,             -- the number that the text names; empty without one
  why         text not null,
  article     integer not null,          -- articles.number; may be pruned
  revision    integer not null,
  article_id  text not null,
  source      text not null,
  publisher   text not null,
  trust       text not null,
  title       text not null,
  link        text,
  seen        integer not null,
  mark        text not null,             -- live, first_sight or backfill
  withdrawn   integer,                   -- when its article was changed and said it no more; null while it stands
  unique (matter, key)
);
create index transitions_said on transitions (matter, said);
create index transitions_article on transitions (article);
create index transitions_source on transitions (source);

-- What each article told of which matter: the entry that it made or repeats.
create table matter_articles (
  article     integer not null,          -- articles.number
  matter      text not null,
  transition  integer not null,          -- transitions.number
  repeats     integer not null,          -- 1: another article's entry, which this one says again
  why         text not null,
  primary key (article, matter, transition)
) without rowid;
