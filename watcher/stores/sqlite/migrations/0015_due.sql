-- Which sources are due, the longest due first; those that are gone are never due. Asked after every few polls.
create index source_due on source_state (next_due) where gone is null;
