"""The commented `watcher.yaml` that `watcher init` writes; it works as written, on public sources that need no key.

Source: the catalogue of presets; intervals keep within what each publisher asks for.
"""

from __future__ import annotations

_HERE = "<sources>\n"
_RULES_HERE = "<rules>\n"
_PACK = 'rules: ["pack:critical-minerals"] # your own beside it: my-rules/*.yaml\n'
_AND_MINE = 'rules: ["pack:critical-minerals", "my-rules/*.yaml"]   # the pack, and your own\n'
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
                                  # presets are of the catalogue (`watcher init --pick list`); keys beside them lie over
<sources>

channels:
  screen: {kind: stdout}          # prints messages where `watcher run` runs
  #desk:
    #kind: slack
    #url: "${SLACK_URL}"          # an incoming webhook; also: teams, discord, telegram, ntfy, pagerduty, apprise
  #team:
    #kind: email
    #smtp: {host: smtp.example.org, username: watcher, password: "${SMTP_PASSWORD}"}
    #from: "watcher <watcher@example.org>"
    #to: [you@example.org]
  #hook:
    #kind: webhook
    #url: "${WEBHOOK_URL}"
    #secrets: ["${WEBHOOK_SECRET}"]   # receivers check our signature with it

#recipients:                      # people with a zone and a pace of their own, on channel team
  #anna: {to: anna@example.org, zone: Europe/Berlin, volume: daily, passes: urgent}

routes:                           # told at once; `watcher route --explain` says which way an alert goes
  desk:
    channels: [screen]            # then also: desk, team, hook
    #recipients: [anna]
    when: "severity:warning,urgent"
    zone: UTC                     # the time zone of those who read it
  #asia:                          # a branch: it takes what fits instead of desk, and has from it what it does not say
    #under: desk
    #when: "region:asia_pacific"
    #zone: Asia/Tokyo
  operator:
    channels: [screen]            # gets watcher's own notices, and of the alerts only these
    when: "severity:urgent"

digests:                          # told in a round-up
  weekly: {at: "Fri 15:00", zone: UTC, channels: [screen], by: topic, title: Critical minerals this week,
           take: "-event:commentary,corporate_admin"}

<rules>

log: {format: text, level: info}
"""

_SOURCES = """\
  # Authorities
  bis: {preset: bis-federal-register}       # US Bureau of Industry and Security (export controls)
  us-contracts: {preset: us-war-contracts}  # contracts of the US Department of War, each working day at 17:00
  eu-law: {preset: eu-official-journal}     # Official Journal of the European Union, series L
  eu-press: {preset: eu-press}              # European Commission, press corner
  uk-trade: {preset: uk-gov}                # UK Department for Business and Trade
  canada: {preset: canada-news}             # Natural Resources Canada
  meti: {preset: meti}                      # Japan, Ministry of Economy, Trade and Industry (in Japanese)
  mofcom: {preset: mofcom-announcements}    # China, Ministry of Commerce (in Chinese)

  # Companies and wires
  newswire: {preset: globenewswire}         # GlobeNewswire, news of public companies
  sec:
    enabled: false                # all 8-K filings, many; the SEC answers only with your own contact above
    preset: sec-current

  # Trade press
  reex: {preset: rareearthexchanges}
  mining: {preset: mining-com}

  # What no preset knows: `watcher kinds` lists all that a source may say
  #paper:
    #kind: feed
    #url: "https://news.example.org/feed/"
    #trust: trade_press
"""


def starter_text(sources: str = "", *, beside: str = "", own_rules: bool = False) -> str:
    """The starter configuration, ready to be written to a file.

    Args: sources - the blocks of that section instead of the starter's; beside - more of them; own_rules - whether
    files in `my-rules` are read too.
    """
    rules = _AND_MINE if own_rules else _PACK
    return _STARTER.replace(_HERE, (sources or _SOURCES) + beside).replace(_RULES_HERE, rules)
