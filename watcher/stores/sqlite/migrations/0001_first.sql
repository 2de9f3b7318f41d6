-- watcher's history, ledger and outbox.
-- Times are integer microseconds since 1970 (UTC). JSON columns hold our own dataclasses, never what came from outside.
-- `number` columns are internal row numbers; `id` columns are the ids that people and messages see.

create table meta (
  key    text primary key,
  value  text not null
) without rowid;

-- One row per configured source; written in the transaction that stores what a poll brought.
create table source_state (
  source         text primary key,       -- id in watcher.yaml
  etag           text,                   -- validator for the next request; null if the server gave none
  last_modified  text,                   -- likewise
  body_sha256    text,                   -- of the last document parsed to the end; an equal body is not parsed again
  cursor         text not null default '{}',  -- opaque JSON of the source's kind
  identity       text not null default '{}',  -- which identity keys hold for this source (JSON, sticky)
  imported       integer,                -- when the first document was taken as history; null before
  next_due       integer not null,       -- poll at or after this time
  last_checked   integer,                -- last answer of any sort, batched by the second
  last_changed   integer,                -- last document with a new or revised entry
  last_ok        integer,                -- last answer that was a document or "not modified"
  failures       integer not null default 0,  -- failed polls in a row
  last_error     text,                   -- of the last failed poll, without secrets; null after a success
  gone           integer                 -- when the server said 410: not polled until the URL changes; null otherwise
) without rowid;

-- One row per fetched document that was parsed; the 304s and equal bodies are only counted in source_state.
create table documents (
  number   integer primary key,
  source   text not null,
  url      text not null,                -- final URL; secrets in it were masked before storing
  fetched  integer not null,
  status   integer not null,
  headers  text not null,                -- JSON pairs
  sha256   text not null,                -- of the inflated body
  bytes    integer not null,
  outcome  text not null                 -- parsed, gap: <what that means>, or parked: <why>
);
create index documents_source on documents (source, fetched);

-- What has been seen: every identity key of every entry, kept longer than articles.
create table ledger (
  source     text not null,
  key        text not null,              -- guid:..., link:..., title:..., row:...
  article    integer not null,           -- articles.number; the row outlives the article
  last_seen  integer not null,           -- refreshed at most once a week
  primary key (source, key)
) without rowid;

create table stories (
  id           text primary key,         -- id of the founding article, for ever
  article      integer not null,         -- the article shown
  founded      integer not null,
  last_seen    integer not null,
  articles     integer not null default 1,
  merged_into  text                      -- the story that survives; null while alive
) without rowid;
create index stories_seen on stories (last_seen);
create index stories_merged on stories (merged_into) where merged_into is not null;

-- A person's decisions on what belongs together; later clustering obeys them.
create table story_links (
  a       text not null,                 -- article id
  b       text not null,                 -- article id
  bond    text not null check (bond in ('must', 'cannot')),
  author  text not null,
  reason  text not null,                 -- the author's words; empty if none were given
  at      integer not null,
  primary key (a, b)
) without rowid;
create index story_links_b on story_links (b);

create table articles (
  number        integer primary key autoincrement,  -- also the row of the search index; never used twice
  id            text not null unique,
  source        text not null,
  story         text not null,
  story_reason  text not null,           -- why it belongs to the story
  subject       text not null,           -- what alerts on it are about: story:... or row:...
  revision      integer not null,        -- of its newest text, from 1
  title         text not null,
  link          text,
  link_key      text,                    -- canonical form, for the same article through two sources
  title_key     text not null,           -- hash of the title's weightiest words, candidates for the same text
  host          text not null,           -- of the link; empty without one
  author        text not null,
  publisher     text not null,
  trust         text not null,
  language      text not null,
  text_state    text not null,
  published     integer,                 -- what the source states; null = unknown
  seen          integer not null,        -- first sight
  fetched       integer not null,        -- of the newest revision's document
  event_time    integer not null,        -- stated time, or first sight
  flags         text not null,           -- JSON list: undated, future_dated ...
  entry_sha256  text not null,           -- of what the publisher sent
  text_sha256   text not null,
  document      integer                  -- documents.number of the newest revision
);
create index articles_text on articles (text_sha256);
create index articles_link on articles (link_key) where link_key is not null;
create index articles_title on articles (title_key, seen);
create index articles_story on articles (story);
create index articles_source on articles (source, seen);

-- One row per revision: the text that spans point into.
create table texts (
  number       integer primary key,
  article      integer not null,         -- articles.number
  source       text not null,            -- of the article; here too, so that pruning finds what it may prune
  revision     integer not null,
  seen         integer not null,
  text         text,                     -- title and body; null once pruned by keep_bodies
  text_sha256  text not null,            -- while the text is kept; then JSON: a hash of each paragraph's words
  unique (article, revision)
);
create index texts_kept on texts (source, seen) where text is not null;

-- What was understood of a text. A re-read adds a row; live decisions keep the one they were made on.
create table readings (
  text     integer not null,             -- texts.number
  version  text not null,                -- hash of what read it
  zones    text not null,                -- JSON: [zone, start, end] per paragraph
  primary key (text, version)
) without rowid;

-- What rules judged, in the order of judging. A plain "no" is derived: a rule of rule_set without a match here.
create table observations (
  number    integer primary key autoincrement,
  kind      text not null,               -- article or row
  article   integer not null,
  revision  integer not null,
  source    text not null,
  mark      text not null,               -- live, first_sight or backfill
  event_time integer not null,
  seen      integer not null,
  rule_set  text not null                -- version of the rules that judged it
);
create index observations_article on observations (article);
create index observations_seen on observations (seen);

create table rule_versions (
  rule    text not null,
  number  integer not null,              -- 1, 2, 3 ...: what people see as v1, v2
  version text not null,                 -- hash of the expanded rule
  loaded  integer not null,
  body    text not null,                 -- the expanded rule
  primary key (rule, version)
) without rowid;

create table rule_sets (
  version text primary key,
  loaded  integer not null,
  rules   text not null                  -- JSON: [[rule, version], ...]
) without rowid;

create table matches (
  observation   integer not null,
  rule          text not null,
  rule_version  text not null,
  severity      text not null,
  evidence      text not null,           -- JSON
  reason        text not null,           -- what it came to: first_sight, backfill, raised, nothing_new ...
  alert         text,                    -- alerts.id; null for history
  primary key (observation, rule)
) without rowid;
create index matches_rule on matches (rule, observation);
create index matches_alert on matches (alert) where alert is not null;

create table alerts (
  id            text primary key,
  rule          text not null,
  rule_version  text not null,
  subject       text not null,
  article       integer not null,        -- the article it was raised on, or the one that raised it last
  severity      text not null,
  trust         text not null,           -- the highest so far
  state         text not null,           -- open or closed
  close_reason  text,
  raised        integer not null,
  updated       integer not null,
  occasions     integer not null,        -- how many decisions to tell so far
  evidence      text not null,           -- JSON; what the last telling rests on
  unique (rule, subject)
) without rowid;
create index alerts_updated on alerts (updated);
create index alerts_subject on alerts (subject);
create index alerts_article on alerts (article);

-- Every decision on an alert's change and each route or digest, with its reason.
create table decisions (
  number       integer primary key autoincrement,
  alert        text not null,            -- alerts.id; story:<id> for a merge or split by hand
  observation  integer not null,         -- what it rests on; 0 for a decision by hand
  change       text not null,            -- raised, updated, retracted ...
  way          text not null,            -- route:<name>, digest:<name>, alert for the change itself, hand for a person's
  reason       text not null,
  detail       text not null,
  occasion     text,
  at           integer not null
);
create index decisions_alert on decisions (alert);
create index decisions_observation on decisions (observation);

-- One decision to tell. The message is kept as data and rendered when sent.
create table occasions (
  id       text primary key,             -- alert:<alert>:<n>, issue:<digest>:<period>, notice:<kind>:<subject>:<n>, test:<id>
  kind     text not null,
  alert    text,
  thread   text,                         -- the occasion that this one answers
  content  text not null,                -- JSON of the message
  at       integer not null
) without rowid;
create index occasions_at on occasions (at);

create table deliveries (
  number         integer primary key,    -- the order of telling, which every channel keeps
  id             text not null unique,   -- hash of (occasion, channel, recipient); webhook-id and Message-ID come from it
  occasion       text not null,
  channel        text not null,
  recipient      text not null,
  state          text not null check (state in ('due', 'leased', 'sent', 'dead')),
  due            integer not null,
  lease_until    integer,                -- while leased; past it, anybody may claim it
  retries        integer not null default 0,  -- by hand; each begins the count of attempts anew
  attempts       integer not null default 0,
  first_attempt  integer,
  parts_done     integer not null default 0,  -- calls of a split message that were accepted
  reason         text not null default '',    -- of the last attempt
  rendered       text,                   -- the words as sent or given up; null before the first attempt ends
  created        integer not null,
  finished       integer,                -- sent or dead at
  unique (occasion, channel, recipient)
);  -- a rowid table: `number` numbers itself
create index deliveries_due on deliveries (channel, number) where state in ('due', 'leased');
create index deliveries_occasion on deliveries (occasion);
create index deliveries_state on deliveries (state, created);

create table attempts (
  delivery  text not null,
  retries   integer not null,            -- deliveries.retries at that time
  number    integer not null,
  started   integer not null,
  finished  integer not null,
  result    text not null,
  reason    text not null,
  answer    text not null,               -- the receiver's words, capped, without secrets
  primary key (delivery, retries, number)
) without rowid;

-- Channels that are not simply open.
create table channel_state (
  channel   text primary key,
  state     text not null check (state in ('paused', 'gone')),
  since     integer not null,
  next_try  integer,                     -- null for gone: only a person resumes it
  reason    text not null
) without rowid;

-- What waits for an issue of a digest, in the order of assignment.
create table digest_queue (
  digest    text not null,
  alert     text not null,
  change    integer not null,            -- alerts.occasions when it was assigned
  story     text not null,               -- subject of the alert
  reason    text not null,               -- raised, updated ...
  news      text not null,               -- JSON list: what is new
  assigned  integer not null,            -- first sight, the time that cuts off
  period    text,                        -- the issue that took it; null while it waits
  primary key (digest, alert, change)
) without rowid;
create index digest_queue_waiting on digest_queue (digest, assigned) where period is null;

create table issues (
  digest      text not null,
  period      text not null,             -- 2026-W06, 2026-02-07 or 2026-02
  number      integer not null,          -- 1, 2, 3 ... per digest; covered periods have none and carry 0
  state       text not null check (state in ('draft', 'approved', 'issued', 'covered')),
  begins      integer not null,
  ends        integer not null,
  covered_by  text,                      -- the period that covers this one, after downtime
  made        integer not null,
  issued      integer,
  stories     integer not null default 0,
  primary key (digest, period)
) without rowid;

-- Search: words of title and body, CJK as overlapping pairs. Contentless: the text itself stands in texts.
create virtual table search using fts5 (title, body, content='', tokenize='unicode61 remove_diacritics 2');
-- Merging sixteen segments at a time instead of four writes a quarter less and takes a fifth off storing an article.
insert into search (search, rank) values ('automerge', 16);
