-- Until when one recipient's receiver asked to be left alone (Telegram says it of a chat); a row that has passed means nothing.
create table recipient_holds (
  channel    text not null,
  recipient  text not null,
  until      integer not null,
  began      integer not null,           -- when it was asked for
  others     integer not null default 0, -- 1: another recipient's message was taken since, so it is not the whole bot that is too fast
  primary key (channel, recipient)
) without rowid;
