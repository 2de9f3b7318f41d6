-- An issue may wait as a draft before it goes out, and a period may be left without one: further states, when it goes
-- out by itself, and who or what decided.
create table issues_new (
  digest      text not null,
  period      text not null,             -- 2026-W06, 2026-02-07 or 2026-02
  number      integer not null,          -- of the period within its year; covered periods carry 0
  state       text not null check (state in ('draft', 'held', 'approved', 'issued', 'covered', 'skipped')),
  begins      integer not null,
  ends        integer not null,
  covered_by  text,                      -- the period that covers this one
  made        integer not null,
  issued      integer,
  stories     integer not null default 0,
  send_at     integer,                   -- a draft goes out by itself then; null: it waits for approval
  decided     text not null default '',  -- who approved it, or why there is none
  primary key (digest, period)
) without rowid;
insert into issues_new (digest, period, number, state, begins, ends, covered_by, made, issued, stories)
  select digest, period, number, state, begins, ends, covered_by, made, issued, stories from issues;
drop table issues;
alter table issues_new rename to issues;

-- What editors changed in a draft, in order; nothing is ever changed or deleted here.
create table issue_edits (
  number  integer primary key autoincrement,
  digest  text not null,
  period  text not null,
  kind    text not null,                 -- pin, drop, move, brief, reword, reset, discard, hold, approve
  story   text not null,                 -- stories.id; empty where the whole issue is meant
  value   text not null,                 -- the place or the headline
  author  text not null,
  reason  text not null,
  at      integer not null
);
create index issue_edits_of on issue_edits (digest, period);
