"""The commented `watcher.yaml` that `watcher init` writes; it works as written, on public sources that need no key.

Source: the publishers' own feed pages; intervals keep within what each of them asks for.
"""

from __future__ import annotations

_STARTER = """\
# watcher.yaml - what is watched, who is told. `watcher check` says everything that is wrong with it.
# Lines that begin with # and no space behind it are settings to switch on: take the # away.
# Secrets never stand here: write ${NAME} for an environment variable, or ${file:PATH} for a file.
# `watcher kinds` lists every option, and editors complete this file with what `watcher schema` prints.

operator:
  contact: you@example.org        # publishers find this in our User-Agent; put your own address here
  route: operator                 # where notices about sources and channels go

store:
  path: watcher.db                # beside this file
  keep_articles: forever
  keep_bodies: 90d

listen: {host: 127.0.0.1, port: 8787}   # http://127.0.0.1:8787/healthz; `listen: null` switches it off

sources:                          # what one lists at first is imported and not told; `since: 7d` on it tells a week
  # Authorities
  bis:
    kind: feed                    # Federal Register: Bureau of Industry and Security (US export controls)
    url: "https://www.federalregister.gov/api/v1/documents.rss?conditions[agencies][]=industry-and-security-bureau"
    every: 15m
    trust: authority
    zone: America/New_York
  us-contracts:
    kind: feed                    # contracts of the US Department of Defense, each working day at 17:00
    url: "https://www.war.gov/DesktopModules/ArticleCS/RSS.ashx?ContentType=400&Site=945&max=20"
    every: 15m
    trust: authority
    zone: America/New_York
  eu-law:
    kind: feed                    # Official Journal of the European Union, series L
    url: "https://eur-lex.europa.eu/EN/display-feed.rss?rssId=222"
    every: 30m
    trust: authority
    zone: Europe/Brussels
  eu-press:
    kind: feed                    # European Commission, press corner
    url: "https://ec.europa.eu/commission/presscorner/api/rss?language=en"
    every: 15m
    trust: authority
    zone: Europe/Brussels
  uk-trade:
    kind: feed                    # UK Department for Business and Trade
    url: "https://www.gov.uk/search/news-and-communications.atom?organisations[]=department-for-business-and-trade"
    every: 15m
    trust: authority
    zone: Europe/London
  canada:
    kind: feed                    # Natural Resources Canada
    url: "https://api.io.canada.ca/io-server/gc/news/en/v2?dept=naturalresourcescanada\
&sort=publishedDate&orderBy=desc&pick=50&format=atom"
    every: 15m
    trust: authority
    zone: America/Toronto
  meti:
    kind: feed                    # Japan, Ministry of Economy, Trade and Industry (in Japanese)
    url: "https://www.meti.go.jp/ml_index_release_atom.xml"
    every: 15m
    trust: authority
    zone: Asia/Tokyo

  # Companies and wires
  newswire:
    kind: feed                    # GlobeNewswire, news of public companies
    url: "https://www.globenewswire.com/RssFeed/orgclass/1/feedTitle/GlobeNewswire%20-%20News%20about%20Public%20Companies"
    every: 5m
    trust: wire
  sec:
    enabled: false                # all 8-K filings, many; the SEC answers only with your own contact above
    kind: feed
    url: "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=8-K&count=100&start=0&output=atom"
    every: 5m
    trust: company
    zone: America/New_York

  # Trade press
  reex:
    kind: feed                    # Rare Earth Exchanges
    url: "https://rareearthexchanges.com/feed/"
    every: 30m
    trust: trade_press
  mining:
    kind: feed                    # Mining.com
    url: "https://www.mining.com/feed/"
    every: 15m
    trust: trade_press

channels:
  screen: {kind: stdout}          # prints messages where `watcher run` runs
  #desk:
    #kind: slack
    #url: "${SLACK_URL}"          # an incoming webhook
  #team:
    #kind: email
    #smtp: {host: smtp.example.org, username: watcher, password: "${SMTP_PASSWORD}"}
    #from: "watcher <watcher@example.org>"
    #to: [you@example.org]
  #hook:
    #kind: webhook
    #url: "${WEBHOOK_URL}"
    #secrets: ["${WEBHOOK_SECRET}"]   # receivers check our signature with it

routes:                           # told at once
  desk:
    channels: [screen]            # then also: desk, team, hook
    when: "severity:warning,urgent"
    zone: UTC                     # the time zone of those who read it
  operator:
    channels: [screen]            # gets watcher's own notices, and of the alerts only these
    when: "severity:urgent"

digests:                          # told in a round-up
  weekly: {at: "Fri 15:00", zone: UTC, channels: [screen], by: topic, title: Critical minerals this week,
           take: "-event:commentary,corporate_admin"}

rules: ["pack:critical-minerals"] # your own beside it: my-rules/*.yaml

log: {format: text, level: info}
"""


def starter_text() -> str:
    """The starter configuration, ready to be written to a file."""
    return _STARTER
