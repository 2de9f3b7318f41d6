-- What was understood of a text beyond its zones: genre, events, values, names, each with its place in the text. A text
-- without a row was not read: no rule asked. Rows follow their text, so they lie in pages of their own.
create table understood (
  text     integer primary key,          -- texts.number
  version  text not null,                -- hash of what read it
  same     text,                         -- hash of what read it last and found the same; null: nothing has
  at       integer,                      -- when it was read anew; null: with the text, before rules judged it
  kept     blob not null                 -- packed; form in its first byte
);

-- The reading that rules judged by, once another took its place.
create table understood_first (
  text     integer primary key,          -- texts.number
  version  text not null,
  kept     blob not null
);
