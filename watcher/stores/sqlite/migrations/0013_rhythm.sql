-- What was learned of how a source publishes, and what its server said of how it wants to be asked.
alter table source_state add column rhythm text not null default '{}';  -- JSON: weights by hour of the week, and its rate
alter table source_state add column demand real;  -- its share of the budget of requests; null if it does not draw on it
alter table source_state add column manners text not null default '{}';  -- JSON: last full fetch, freshness, moved, gone
