-- What rules ask over time (`require`), for each rule in its present form and each value of its key.
create table requirement_states (
  rule     text not null,
  version  text not null,                -- hash of the expanded rule: another one begins anew, from history
  key      text not null,                -- the values of its fields: all, reuters, CN | antimony ...
  due      integer,                      -- when its timer is to be judged; null without one
  until    integer,                      -- after that nothing of it decides anything any more; null: for ever
  state    text not null,                -- JSON: what is kept
  primary key (rule, version, key)
) without rowid;
create index requirement_states_due on requirement_states (due, rule, key) where due is not null;
create index requirement_states_until on requirement_states (until) where until is not null;

-- How far back the history behind a rule goes.
create table requirement_rules (
  rule     text not null,
  version  text not null,
  begun    integer,                      -- first sight of the first item; null while there is none
  primary key (rule, version)
) without rowid;
