-- What a delivery's attempts rest on: for which split its parts count, and whose faults its tries were.

-- `split`: of a message in parts, the channel's kind and address (a hash) and how many parts it is; parts of another
-- split say nothing of this one. null: none was noted.
alter table deliveries add column split text;
-- `faults`: attempts since the last retry by hand at which the message could not even be made.
alter table deliveries add column faults integer not null default 0;

-- `began`: when the receiver asked for it; an attempt that began before that lifts nothing. `address`: whose wish it is;
-- another address never asked.
alter table channel_holds add column began integer not null default 0;
alter table channel_holds add column address text not null default '';
