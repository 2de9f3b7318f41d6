-- What is held knows where it comes from, though its alert was taken in by another since.

alter table held add column observation integer;                          -- observations.number that made it; null until that is stored
alter table held add column origin text;                                  -- the alert of which it was held, where another took that in; else null
-- A telling's id is alert:<alert>:<number>.
update held set origin = (select nullif(substr(told, 1, instr(told, ':') - 1), held.alert) from
  (select substr(json_extract(held.said, '$.occasion'), 7) as told)) where json_valid(said);
update held set observation = coalesce((select max(d.observation) from decisions d where d.alert = coalesce(origin, held.alert)
  and d.change = held.change and d.way = 'route:' || held.route), 0);
create index held_origin on held (origin) where origin is not null;
