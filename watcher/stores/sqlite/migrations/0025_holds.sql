-- Where what is held goes if the route has another name by then, and for how long at most it is held from any moment.
alter table holds add column channels text not null default '[]';     -- JSON list of the route's channels
alter table holds add column longest_s real not null default 0;       -- 0: not known
create index held_alert on held (alert);
