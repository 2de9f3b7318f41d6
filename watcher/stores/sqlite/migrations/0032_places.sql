-- Where an issue put what it took from the queue, and why: also what it left out.
alter table digest_queue add column place text not null default '';
alter table digest_queue add column placed_because text not null default '';
