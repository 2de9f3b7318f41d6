"""A line of text read into a query, every mistake at once; never raises on any text and never judges an alert.

Source: the EBNF of the rule language, section 8; its codes are those of section 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, cast

from watcher.core.errors import Problem
from watcher.core.queries.kinds import GROUP_OPTIONS, Kinds, option_fault
from watcher.core.queries.tokens import Token, TokenKind, tokens
from watcher.core.queries.tree import Field, Join, Node, Query, Term
from watcher.core.text.spelling import did_you_mean

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
LIMIT = 10_000
DEPTH = 40


def parse_query(text: str, kinds: Kinds) -> tuple[Query | None, tuple[Problem, ...]]:
    """The query that the text says, or None and every mistake in it. An empty text takes everything.

    Example: `severity:urgent event:export_control -source:reex`.
    """
    query, problems = read_query(text, kinds)
    return (None if problems else query), problems


def read_query(text: str, kinds: Kinds) -> tuple[Query, tuple[Problem, ...]]:
    """As `parse_query`, with what can be read in spite of the mistakes: to check it too, never to judge by it."""
    if len(text) > LIMIT:
        found = _problem(1, "R003", f"more than {LIMIT:,} characters; narrow the query")
        return Query(text=text, root=Join()), (found,)
    reader = _Reader(tuple(tokens(text)), kinds)
    root = reader.query()
    return Query(text=text, root=root), tuple(sorted(reader.problems, key=lambda problem: problem.column or 0))


def _problem(column: int, code: str, text: str) -> Problem:
    return Problem(file="query", line=1, column=column, code=code, text=text)


@dataclass(slots=True, kw_only=True)
class _Draft:
    """An item on its way: options may still join it from the right. A group has `inside` and no kind."""

    kind: str
    column: int
    negated: bool
    values: tuple[str, ...] = ()
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inside: Node | None = None


class _TooDeep(Exception):
    """Brackets lie deeper than anybody writes; the rest is not read."""


class _Reader:
    """Recursive descent over the tokens; after a fault it goes on behind it, to find the next."""

    def __init__(self, found: tuple[Token, ...], kinds: Kinds) -> None:
        self.tokens = found
        self.kinds = kinds
        self.at = 0
        self.depth = 0
        self.problems: list[Problem] = []
        only = {name for kind in kinds.values() for name in kind.options if name not in kinds}
        self.option_names = frozenset(only | GROUP_OPTIONS)

    def peek(self) -> Token:
        """The next token, not yet taken."""
        return self.tokens[self.at]

    @property
    def at_or(self) -> bool:
        return self.peek().kind == "word" and self.peek().text.lower() == "or"

    def at_name(self) -> bool:
        """Whether a word and a colon come next."""
        return self.peek().kind == "word" and self.tokens[self.at + 1].kind == ":"

    def fault(self, column: int, code: str, text: str) -> None:
        found = _problem(column, code, text)
        if found not in self.problems:
            self.problems.append(found)

    def take(self) -> Token:
        token = self.peek()
        if token.kind != "end":
            self.at += 1
        return token

    def takes(self, kind: TokenKind) -> bool:
        """Whether the next token is of that kind; it is then taken."""
        found = self.peek().kind == kind
        if found:
            self.take()
        return found

    def query(self) -> Node:
        """The whole line; what closes nothing is an error."""
        if self.peek().kind == "end":
            return Join()
        try:
            root = self.any()
            while self.peek().kind != "end":
                stray = self.take()
                self.fault(stray.column, "R001", f'"{stray.text}" closes nothing; quote it if you look for it')
                if self.peek().kind not in ("end", ")", "]"):
                    self.any()
        except _TooDeep:
            return Join()
        return root

    def any(self) -> Node:
        """Alternatives parted by `or`."""
        branches = [self.all()]
        while self.at_or:
            self.take()
            branches.append(self.all())
        return branches[0] if len(branches) == 1 else Join(any=tuple(branches))

    def all(self) -> Node:
        """Items side by side; `or`, a closing bracket or the end ends them."""
        drafts: list[_Draft] = []
        start = self.at
        while self.peek().kind not in ("end", ")", "]") and not self.at_or:
            self.item(drafts)
        if self.at == start:
            self.nothing_here()
        nodes = [(draft.negated, self.finish(draft)) for draft in drafts]
        wanted = tuple(node for negated, node in nodes if not negated)
        unwanted = tuple(node for negated, node in nodes if negated)
        return wanted[0] if len(wanted) == 1 and not unwanted else Join(all=wanted, none=unwanted)

    def nothing_here(self) -> None:
        """Say what is missing where no item stands."""
        before = self.tokens[self.at - 1] if self.at else None
        after_or = before is not None and before.kind == "word" and before.text.lower() == "or"
        if self.at_or or after_or:
            where = before.column if before is not None and after_or else self.peek().column
            self.fault(where, "R001", 'a condition must stand on both sides of "or"; the word itself: "or" in quotes')
        elif before is not None and before.kind == "(" and self.peek().kind == ")":
            self.fault(before.column, "R016", "() is empty; leave it out")

    def item(self, drafts: list[_Draft]) -> None:
        """One item with its sign and options; a bare option joins an item to its left instead."""
        negated = self.takes("-")
        token = self.peek()
        if self.at_name():
            draft = self.clause(drafts, negated=negated)
        elif token.kind == "(":
            draft = self.group(negated=negated)
        elif token.kind in ("word", "quoted", "list"):
            draft = _Draft(kind="words", column=token.column, negated=negated, values=(self.value(),))
            self.check("words", draft.values[0], token.column)
        else:
            draft = None
            self.unexpected(token)
        if draft is not None:
            drafts.append(draft)
        if self.peek().kind == "[":
            self.options(draft)

    def unexpected(self, token: Token) -> None:
        """Report what can't begin an item and step over it, but leave what may close something."""
        texts = {"bad": token.text, "end": '"-" must stand before a condition; quote it if you look for it'}
        self.fault(
            token.column,
            "R001",
            texts.get(token.kind, f'"{token.text}" can\'t stand here; quote it if you look for it'),
        )
        if token.kind not in (")", "]", "["):
            self.take()

    def group(self, *, negated: bool) -> _Draft:
        """A bracketed part."""
        opening = self.take()
        self.depth += 1
        if self.depth > DEPTH:
            self.fault(opening.column, "R003", f"more than {DEPTH} brackets inside one another")
            raise _TooDeep
        inside = self.any()
        self.depth -= 1
        if not self.takes(")"):
            self.fault(opening.column, "R001", "this bracket is never closed")
        return _Draft(kind="", column=opening.column, negated=negated, inside=inside)

    def clause(self, drafts: list[_Draft], *, negated: bool) -> _Draft | None:
        """`name:values`: a clause of that kind, or an option for an item to the left (then None)."""
        name = self.take()
        self.take()
        option = name.text not in self.kinds and name.text in self.option_names
        taker = (
            next((draft for draft in reversed(drafts) if name.text in self.taken_by(draft)), None) if option else None
        )
        if option and taker is None:
            self.fault(name.column, "R013", f'no clause to the left of "{name.text}" takes it')
        elif not option and not NAME.match(name.text):
            self.fault(name.column, "R001", f'"{name.text}" before ":" is no kind; quote text that holds a colon')
        elif not option and name.text not in self.kinds:
            hint = did_you_mean(name.text, [*self.kinds, *sorted(self.option_names)])
            self.fault(name.column, "R012", f'unknown kind "{name.text}"{hint or "; quote text that holds a colon"}')
        values = self.values(name)
        if taker is not None:
            self.set_option(taker, name, values)
        if name.text not in self.kinds:
            return None
        return _Draft(kind=name.text, column=name.column, negated=negated, values=tuple(value for value, _ in values))

    def taken_by(self, draft: _Draft) -> frozenset[str]:
        """The options that an item can have."""
        return self.kinds[draft.kind].options if draft.kind else GROUP_OPTIONS

    def values(self, name: Token) -> list[tuple[str, int]]:
        """One or more values parted by commas, with their columns; those of a kind are checked."""
        found: list[tuple[str, int]] = []
        while True:
            token = self.peek()
            if token.kind not in ("word", "quoted", "list"):
                text = token.text if token.kind == "bad" else f'a value must follow "{name.text}:"'
                self.fault(token.column, "R001", text)
                if token.kind == "bad":
                    self.take()
                return found
            found.append((self.value(), token.column))
            self.check(name.text, *found[-1])
            if not self.takes(","):
                return found

    def value(self) -> str:
        """The text of the next value; a list keeps its signs."""
        token = self.take()
        return f"<{token.text}>" if token.kind == "list" else token.text

    def check(self, kind: str, value: str, column: int) -> None:
        """Report what is wrong with a clause's value."""
        fault = self.kinds[kind].check(value) if kind in self.kinds else None
        if fault:
            self.fault(column, *fault)

    def options(self, draft: _Draft | None) -> None:
        """The options in square brackets behind an item (None: a faulty one, whose options are only read)."""
        opening = self.take()
        if self.peek().kind == "]":
            self.fault(opening.column, "R016", "[] is empty; leave it out")
        while self.at_name():
            name = self.take()
            self.take()
            values = self.values(name)
            if draft is None:
                continue
            if name.text in self.taken_by(draft):
                self.set_option(draft, name, values)
                continue
            what = f'"{draft.kind}"' if draft.kind else "a group"
            hint = did_you_mean(name.text, sorted(self.taken_by(draft)))
            self.fault(name.column, "R013", f'{what} has no option "{name.text}"{hint}')
        if not self.takes("]"):
            self.fault(opening.column, "R001", 'options are written "[name:value name:value]"; this is not closed so')

    def set_option(self, draft: _Draft, name: Token, values: list[tuple[str, int]]) -> None:
        """Give an item an option, if it has not got it; report values that are wrong."""
        if name.text in draft.options:
            self.fault(name.column, "R002", f'option "{name.text}" is written twice for one clause')
            return
        draft.options[name.text] = tuple(value for value, _ in values)
        for value, column in values:
            if name.text not in self.kinds and (fault := option_fault(name.text, value)):
                self.fault(column, *fault)

    def finish(self, draft: _Draft) -> Node:
        """The node that a finished item stands for."""
        if draft.inside is not None:
            return self.bound(draft, draft.inside)
        if draft.kind in ("words", "regex"):
            return Term(
                kind=cast("Literal['words', 'regex']", draft.kind),
                values=draft.values,
                zones=draft.options.get("in", ()),
                language=draft.options.get("language", ()),
                column=draft.column,
            )
        return Field(name=draft.kind, values=draft.values, column=draft.column)

    def bound(self, draft: _Draft, inside: Node) -> Node:
        """A group, bound to one sentence if it says so; what stands in no sentence can't be bound."""
        same = draft.options.get("same")
        if not same:
            return inside
        for clause in _fields(inside):
            self.fault(clause.column, "R023", f'same: {same[0]} over "{clause.name}", which stands in no sentence')
        join = inside if isinstance(inside, Join) and inside.same is None else Join(all=(inside,))
        return Join(all=join.all, any=join.any, none=join.none, same=cast("Literal['sentence', 'paragraph']", same[0]))


def _fields(node: Node) -> list[Field]:
    """All clauses inside that stand in no sentence."""
    match node:
        case Field():
            return [node]
        case Join():
            return [found for child in (*node.all, *node.any, *node.none) for found in _fields(child)]
    return []
