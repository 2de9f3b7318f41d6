-- A feed asks for the newest messages of one kind: without this it looks through all of the others.
create index occasions_kind_at on occasions (kind, at);
