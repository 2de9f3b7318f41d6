-- What articles of one event are found and compared by. An article without rows here is found by link, text and title.
create table story_keys (
  key      integer not null,             -- 40 bits: a telling word, a run of words, an amount, a day, an event
  article  integer not null,             -- articles.number; rows of pruned articles are passed over
  primary key (key, article)
) without rowid;

create table story_traits (
  article  integer primary key,          -- articles.number
  kept     blob not null,                -- names, words, figures and events, hashed; form in its first byte
  why      text not null                 -- what joined it to its story, in words; empty if it founded one
);

-- How many stories had a word in the article that founded them: what many have tells little.
create table story_words (
  word     integer primary key,          -- hash of 32 bits; -1 counts the stories themselves
  stories  integer not null
);
