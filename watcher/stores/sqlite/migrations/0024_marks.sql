-- What people said of alerts: whether they were worth telling.
create table marks (
  alert    text primary key,             -- alerts.id
  verdict  text not null check (verdict in ('relevant', 'not-relevant')),
  why      text not null,                -- the person's words; empty if none were given
  at       integer not null              -- of the newest word on it
) without rowid;
