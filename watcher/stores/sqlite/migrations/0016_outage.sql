-- Whether a source's trouble is that it cannot be reached: if nearly all are in it, the network is down here.
alter table source_health add column network integer not null default 0;

-- The outage that was told of and is not over; one row, or none.
create table outage (
  id        integer primary key check (id = 1),
  since     integer not null,            -- when the sources began to fail
  told      integer not null,
  returned  integer,                     -- when the first of them answered again; null before
  occasion  text not null                -- occasions.id of its notice
);
