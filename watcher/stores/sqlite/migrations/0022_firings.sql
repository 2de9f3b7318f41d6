-- How far the clauses of rules on series have come, for each rule in its present form. A clause without a row begins
-- with the next point: what was before is history.
create table firings (
  rule     text not null,
  version  text not null,                -- hash of the expanded rule
  clause   text not null,                -- its path in the rule
  source   text not null,
  fired    integer,                      -- the time of the newest point at which it fired, told or as history; null: none
  due      integer,                      -- when it fires if no point comes any more; null without such a time
  primary key (rule, version, clause, source)
) without rowid;
create index firings_due on firings (due) where due is not null;
