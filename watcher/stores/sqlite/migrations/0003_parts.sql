-- What a split message says in its parts, from the first that was accepted until all are: the rest must follow in the
-- same words, whatever templates, settings or versions have changed since.
create table delivery_parts (
  delivery  text not null,               -- deliveries.id
  number    integer not null,            -- of the part, from 1
  body      blob not null,               -- as it goes over the wire; holds no address and no secret
  primary key (delivery, number)
) without rowid;
