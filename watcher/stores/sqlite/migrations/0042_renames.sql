-- Which list got another name when: links and messages of before lead to what it is called now.

create table renames (
  at   integer not null,                 -- those of one moment happened at once
  old  text not null,
  new  text not null,
  primary key (at, old)
) without rowid;
insert into renames (at, old, new)
  select gone, list, goes_on from lists where gone is not null and goes_on <> '' and goes_on not like '% %';
alter table lists drop column goes_on;

create index unsubscribed_list on unsubscribed (list) where ended is null;
create index unsubscribed_since on unsubscribed (since);
create index unsubscribed_ended on unsubscribed (ended) where ended is not null;
