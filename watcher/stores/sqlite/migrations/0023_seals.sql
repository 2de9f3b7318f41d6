-- Seals of decisions, a chain: whoever changes or removes a sealed row breaks it from that day on.
create table seals (
  number    integer primary key,         -- 1, 2, 3 ...: the order of the chain
  day       text not null,               -- ISO day in UTC of the first decision under it
  upto      integer not null,            -- decisions.number of the last one under it
  decisions integer not null,            -- how many lie under it
  sha256    text not null,               -- of the seal before it and of every decision with its proof, in order
  previous  text not null,               -- sha256 of the seal before; empty for the first
  made      integer not null
);
