-- The items that an alert rests on where one article alone does not make it: what a requirement over time counted.
create table alert_items (
  alert    text not null,                -- alerts.id
  article  integer not null,             -- articles.number
  primary key (alert, article)
) without rowid;
create index alert_items_article on alert_items (article);
