-- Which list got another name when: links and messages of before lead to what it is called now.

create table renames (
  at   integer not null,                 -- those of one moment happened at once
  old  text not null,
  new  text not null,
  primary key (at, old)
) without rowid;

create index unsubscribed_list on unsubscribed (list) where ended is null;
create index unsubscribed_since on unsubscribed (since);
create index unsubscribed_ended on unsubscribed (ended) where ended is not null;
