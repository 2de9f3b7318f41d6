-- What each channel's queue needs: its pace, what an alert was told in before, and for how long it has failed.

-- `remote`: the receiver's own id of the message it took, which later messages of the thread name.
-- `told_in`: of a closed delivery, the one that says it instead, together with others.
alter table deliveries add column remote text;
alter table deliveries add column told_in text;
update deliveries set told_in = substr(reason, instr(reason, ' in msg_') + 4)
  where state = 'closed' and reason glob 'told together with * in msg_*';

-- Which alerts an occasion tells of: an update waits behind them, and is threaded to the first that was sent.
create table occasion_alerts (
  alert     text not null,               -- alerts.id
  occasion  text not null,               -- occasions.id
  primary key (alert, occasion)
) without rowid;
create index occasion_alerts_occasion on occasion_alerts (occasion);
insert into occasion_alerts (alert, occasion) select alert, id from occasions where alert is not null;

-- When a channel, or a recipient of it, may be told again: written before a message goes out, so that a restart is no
-- way round a vendor's limit. A row further ahead than the channel's gap is of a clock that was set back since.
create table channel_paces (
  channel    text not null,
  recipient  text not null,              -- '' where the pace is the whole channel's
  next       integer not null,
  primary key (channel, recipient)
) without rowid;

-- Channels without a success since `since`: what failed, and what of it was told. Gone with the first success.
create table channel_outages (
  channel   text primary key,
  since     integer not null,
  told      integer,                     -- when the operator heard that the channel fails; null so far
  refused   integer not null,            -- messages that the receiver refused for themselves since then
  dead      integer not null,            -- messages that were given up since then
  untold    integer not null             -- of those two, how many no notice has named or counted yet
) without rowid;
