-- How often a delivery was claimed without anything stored of what came of it: it may have gone out each time.
alter table deliveries add column unsettled integer not null default 0;
