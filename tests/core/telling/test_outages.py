from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from watcher.core.model import Outcome
from watcher.core.telling.outages import FAILING_AFTER, Outage, Turned, after, after_shared
from watcher.core.telling.retries import Verdict

NOW = datetime(2026, 2, 7, 12, tzinfo=UTC)


def turned(
    outage: Outage | None, result: str, *, at: timedelta = timedelta(0), first: bool = True, own: bool = False
) -> Turned:
    state = {"sent": "sent", "dead": "dead"}.get(result, "due")
    channel = {"pause": "paused", "gone": "gone"}.get(result, "open")
    verdict = Verdict(state=state, at=None, reason="why", channel=channel, tell=result not in {"sent", "retry"})
    return after(
        outage, Outcome(result=result, reason="why"), verdict, channel="desk", first=first, own=own, now=NOW + at
    )


def test_short_trouble_is_not_told() -> None:
    begun = turned(None, "retry")
    again = turned(begun.outage, "retry", at=FAILING_AFTER - timedelta(seconds=1))

    assert (begun.news, again.news) == ("", "")
    assert turned(again.outage, "sent").news == ""


def test_a_channel_that_fails_for_long_is_told_once_and_when_it_is_back() -> None:
    outage = turned(None, "retry").outage
    told = turned(outage, "retry", at=FAILING_AFTER)
    later = turned(told.outage, "retry", at=2 * FAILING_AFTER)
    back = turned(later.outage, "sent", at=3 * FAILING_AFTER)

    assert (told.news, later.news, back.news) == ("failing", "", "back")
    assert back.over == told.outage
    assert back.outage is None


def test_messages_given_up_in_a_row_are_told_at_one_ten_a_hundred_and_the_rest_at_the_end() -> None:
    outage, told = None, []
    for number in range(1, 251):
        step = turned(outage, "dead")
        outage = step.outage
        told += [(number, step.news)] if step.news else []
    back = turned(outage, "sent")

    assert told == [(1, "message"), (10, "count"), (100, "count")]
    assert back.news == "back"
    assert back.over is not None
    assert (back.over.dead, back.over.untold) == (250, 150)


def test_one_message_that_was_refused_leaves_nothing_to_say_afterwards() -> None:
    refused = turned(None, "slow")

    assert refused.news == "message"
    assert turned(refused.outage, "slow", first=False, at=timedelta(hours=1)).news == ""
    assert turned(refused.outage, "sent").news == ""


def test_a_message_that_cannot_be_worded_says_nothing_of_its_channel() -> None:
    assert turned(None, "retry", own=True).outage is None
    assert turned(None, "dead", own=True).news == "message"


def test_a_channel_that_is_paused_or_gone_is_told_as_such() -> None:
    for result in ("pause", "gone"):
        assert turned(None, result) == Turned(outage=None)


class Several:
    """A channel with several recipients: its outages, and which messages were told of, or are to be, by which."""

    def __init__(self) -> None:
        self.outages: dict[str, Outage] = {}
        self.untold: dict[str, list[int]] = {}
        self.told: list[int] = []
        self.counted = 0
        self.now = NOW

    def answers(self, recipient: str, result: str, minutes: float = 1) -> list[tuple[str, str]]:
        """An attempt ends so; (whose, which) news there are."""
        self.now += timedelta(minutes=minutes)
        state = {"sent": "sent", "dead": "dead"}.get(result, "due")
        shared = after_shared(
            self.outages.get(recipient),
            self.outages.get(""),
            Outcome(result=result, reason="why"),
            Verdict(state=state, at=None, reason="why", tell=result not in {"sent", "retry"}),
            channel="mail",
            recipient=recipient,
            others=len(self.outages.keys() - {"", recipient}),
            first=True,
            own=False,
            now=self.now,
        )
        both = (("", shared.whole), (recipient, shared.mine))
        if result in {"dead", "slow"}:
            self.counted += 1
            # who tells of it, or counts it: whose news it is, else whose count of untold ones grew
            (whose,) = [
                each
                for each, turned in both
                if turned.news in {"message", "count"} or self._untold(turned) > self._before(each)
            ]
            self.untold.setdefault(whose, []).append(self.counted)
        for each, turned in both:
            if turned.news in {"count", "back"}:
                self.told += self.untold.pop(each, [])
            elif turned.news == "message":
                self.told.append(self.untold[each].pop())
            self.outages.pop(each, None)
            if turned.outage is not None:
                self.outages[each] = turned.outage
            assert self._before(each) == len(self.untold.get(each, []))
        return [(each, turned.news) for each, turned in both if turned.news]

    def _before(self, whose: str) -> int:
        return self.outages[whose].untold if whose in self.outages else 0

    @staticmethod
    def _untold(turned: Turned) -> int:
        return 0 if turned.outage is None else turned.outage.untold


def test_every_message_given_up_or_refused_is_covered_by_exactly_one_notice() -> None:
    chance = random.Random(7)
    for _ in range(60):
        channel, names = Several(), chance.choice(("ab", "abc"))
        for _ in range(chance.randint(2, 40)):
            result = chance.choice(("slow", "slow", "dead", "dead", "retry", chance.choice(("sent", "dead"))))
            channel.answers(chance.choice(names), result, chance.choice((0, 1, 6)))
        for name in names:
            channel.answers(name, "sent")

        assert channel.outages == {}
        assert sorted(channel.told) == list(range(1, channel.counted + 1))


def test_the_first_message_given_up_is_named_though_the_channel_refuses_all() -> None:
    channel = Several()
    told = [channel.answers(*each) for each in [("anna", "slow")] * 3 + [("ben", "dead")]]

    assert told == [[("anna", "message")], [], [], [("", "message")]]
