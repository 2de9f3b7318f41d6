"""Mistakes in what a source looks for are told with the place where they stand, before anything is fetched."""

from __future__ import annotations

from watcher.config import load_config

BAD = """\
operator: {route: desk}
sources:
  api:
    kind: json
    url: "https://api.example/list"
    query:
      day: "{todya}"
      page: "{page}"
    items: "results["
    fields:
      title: "jion(', ', authors)"
      link: "dc:link"
    id: {regex: "a(", from: title}
    pages: {parm: page}
  rows:
    kind: json
    url: "https://api.example/list"
    items_html: data.html
    item: "li["
    fields: {title: "a@@"}
  page:
    kind: page_list
    url: "https://page.example/"
    item: "li:odd(x)"
    fields:
      link: "a@href"
      published: "time["
    dates: ["%d/%m"]
  map: {kind: sitemap, url: "https://map.example/map.xml", match: "(?=a)", newst: 3}
channels: {desk: {kind: file, path: desk.txt}}
routes: {desk: {channels: [desk]}}
"""


SAID = """\
7:12 sources.api.query.day: unknown placeholder {todya}, did you mean "today"?
9:12 sources.api.items: "results[" is no JMESPath: it ends too early
11:14 sources.api.fields.title: "jion(', ', authors)" calls jion(), which is no function of JMESPath, did you mean "join"?
12:13 sources.api.fields.link: "dc:link" is no JMESPath: ":" is not expected at character 3; write a key with such signs "in quotes"
13:17 sources.api.id.regex: "a(" is no RE2 pattern: missing ): a(
14:13 sources.api.pages: unknown key "parm", did you mean "param"?
19:11 sources.rows.item: "li[" is no CSS selector
20:21 sources.rows.fields.title: "a@@" is no CSS selector; an attribute is written selector@name
24:11 sources.page.item: "li:odd(x)" is no CSS selector
27:18 sources.page.fields.published: "time[" is no CSS selector
28:13 sources.page.dates[0]: "%d/%m" reads no year; write a date format such as %d/%m/%Y %H:%M
29:67 sources.map.match: "(?=a)" is no RE2 pattern: invalid perl operator: (?=; RE2 knows no look-around
29:76 sources.map: unknown key "newst", did you mean "newest"?
"""


def test_every_mistyped_path_selector_pattern_and_placeholder_is_told_with_its_place(tmp_path):
    path = tmp_path / "watcher.yaml"
    path.write_text(BAD, encoding="utf-8")

    _, problems = load_config(path, {})

    told = [f"{problem.line}:{problem.column} {problem.text}" for problem in problems if problem.level == "error"]
    assert told == SAID.splitlines()
