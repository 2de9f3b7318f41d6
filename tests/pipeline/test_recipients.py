from __future__ import annotations

from datetime import timedelta

from tests.faults.smtp import SmtpFaults
from tests.pipeline.world import CONFIG, MONDAY, RULES, entry, world
from watcher.config import data_dir
from watcher.core.telling.messages import NoticeMessage
from watcher.deliver import Transports
from watcher.network.guard import Guard
from watcher.network.http import Http
from watcher.network.resolver import ThreadResolver
from watcher.pipeline.sending.delivering import Delivering, deliver, for_reader
from watcher.pipeline.sending.taking import lease
from watcher.pipeline.telling.notifying import notify
from watcher.pipeline.telling.releasing import release_due
from watcher.render.renderer import Renderer

PEOPLE = """\
channels:
  desk: {kind: file, path: desk.txt}
  lab: {kind: file, path: lab.txt}
  mail: {kind: email, network: any, smtp: {host: 127.0.0.1, port: 2525, security: none}, from: w@example.org}
recipients:
  anna: {to: anna@example.org, zone: Asia/Tokyo}
  bob: {to: [bob@example.org, lab], volume: daily, at: "07:00", zone: Europe/Berlin, passes: urgent}
  eve: {to: eve@example.org, severity: urgent}
routes:
  desk: {channels: [desk], recipients: [anna, bob, eve]}
  operator: {channels: [desk], when: "rule:nothing"}
rules: [rules.yaml]
"""
PLAIN = CONFIG[: CONFIG.index("channels:")]
TREE = """\
channels:
  desk: {kind: file, path: desk.txt}
  lab: {kind: file, path: lab.txt}
  log: {kind: file, path: log.txt}
routes:
  desk: {channels: [desk], zone: Europe/Berlin, quiet: 1h}
  log: {under: desk, also: true, channels: [log]}
  urgent: {under: desk, when: "severity:urgent", channels: [lab]}
  operator: {channels: [desk], when: "rule:nothing"}
rules: [rules.yaml]
"""


def addresses(here):
    """Whom deliveries go to, in order."""
    return here.rows("select channel, recipient from deliveries order by channel, recipient")


async def test_a_branch_on_which_nobody_hears_of_it_leaves_it_to_its_parent(tmp_path):
    routes = (
        "channels: {desk: {kind: file, path: desk.txt}, lab: {kind: file, path: lab.txt}}\n"
        "recipients: {board: {to: lab, severity: urgent}}\n"
        "routes:\n  desk: {channels: [desk]}\n  top: {under: desk, recipients: [board]}\n"
        '  operator: {channels: [desk], when: "rule:nothing"}\nrules: [rules.yaml]\n'
    )
    async with world(tmp_path, config=PLAIN + routes) as here:
        await here.publish("wire", entry())
        await here.publish("ministry", entry("decree", title="Ruritania sets an export ban on tungsten"))

        assert here.decisions("route:desk") == [("raised", "told"), ("raised", "not_routed")]
        assert here.decisions("route:top") == [("raised", "not_routed"), ("raised", "told")]
        assert len(here.told("desk")) == len(here.told("lab")) == 1


async def test_a_branch_takes_an_alert_instead_of_its_parent_and_also_beside_it(tmp_path):
    async with world(tmp_path, config=PLAIN + TREE) as here:
        await here.publish("wire", entry())
        await here.publish("ministry", entry("decree", title="Ruritania sets an export ban on tungsten"))

        assert here.decisions("route:log") == [("raised", "told"), ("raised", "told")]
        assert here.decisions("route:urgent") == [("raised", "not_routed"), ("raised", "told")]
        assert here.decisions("route:desk") == [("raised", "told"), ("raised", "not_routed")]


async def test_a_branch_has_what_it_does_not_say_from_its_parent(tmp_path):
    async with world(tmp_path, config=PLAIN + TREE) as here:
        way = here.runtime.routes["urgent"]

    assert (way.zone, way.holding.quiet, way.channels) == ("Europe/Berlin", timedelta(hours=1), ("lab",))


async def test_everybody_is_told_once_at_an_address_of_their_own(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        await here.publish("wire", entry())

        assert addresses(here) == [("desk", ""), ("mail", "anna@example.org")]
        assert here.rows("select digest from digest_queue") == [("to:bob",)]
        assert here.decisions("route:desk") == [("raised", "told")]


async def test_what_is_severe_enough_is_told_at_once_and_not_collected(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        await here.publish("ministry", entry())

        told = ["anna@example.org", "bob@example.org", "eve@example.org"]
        assert addresses(here) == [("desk", ""), ("lab", ""), *(("mail", each) for each in told)]
        assert here.rows("select digest from digest_queue") == []


async def test_what_was_collected_and_is_told_at_once_after_all_is_not_told_again(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        await here.publish("wire", entry())
        assert here.rows("select digest from digest_queue") == [("to:bob",)]

        await here.publish("ministry", entry())

        assert ("mail", "bob@example.org") in addresses(here)
        assert here.rows("select digest from digest_queue") == []
        assert here.rows("select reason, detail from decisions where way = 'digest:to:bob'") == [
            ("listed", "told bob at once as urgent, so not in the round-up too")
        ]
        here.now = MONDAY + timedelta(days=1)
        assert await here.issue("to:bob") is None


async def test_what_was_held_and_is_told_at_once_is_not_told_again(tmp_path):
    mute = 'recipients: [bob], zone: UTC, mute: {from: "09:30", to: "12:00"}}'
    async with world(tmp_path, config=(PLAIN + PEOPLE).replace("recipients: [anna, bob, eve]}", mute)) as here:
        await here.publish("wire", entry())
        here.now = MONDAY + timedelta(minutes=40)
        await here.publish("ministry", entry())
        assert here.rows("select digest from digest_queue") == [("to:bob",)]
        here.now = MONDAY + timedelta(hours=3, minutes=1)
        await release_due(here.store, here.runtime, here.now)

        assert ("mail", "bob@example.org") in addresses(here)
        assert here.rows("select digest from digest_queue") == []


async def test_what_was_collected_is_told_once_a_day_in_the_readers_zone(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        await here.publish("wire", entry())
        before = addresses(here)
        here.now = MONDAY + timedelta(hours=20, minutes=59)
        assert await here.issue("to:bob") is None

        here.now += timedelta(minutes=1)  # 06:00 UTC is 07:00 in Berlin
        message = await here.issue("to:bob")

        assert message is not None
        assert (message.zone, message.title) == ("Europe/Berlin", "Daily alerts")
        assert [each for each in addresses(here) if each not in before] == [("lab", ""), ("mail", "bob@example.org")]
        assert await here.issue("to:bob") is None


async def test_on_a_day_without_alerts_nothing_is_sent(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        here.now = MONDAY + timedelta(days=1)
        await here.issue("to:bob")

        assert addresses(here) == []


async def test_a_route_on_which_nobody_is_told_at_once_says_so(tmp_path):
    config = (PLAIN + PEOPLE).replace("channels: [desk], recipients: [anna, bob, eve]", "recipients: [bob]")
    async with world(tmp_path, config=config.replace("  eve:", "  #eve:").replace("  anna:", "  #anna:")) as here:
        await here.publish("wire", entry())

        assert here.decisions("route:desk") == [("raised", "in_digest")]
        assert addresses(here) == []


async def test_a_route_whose_only_reader_wants_the_urgent_alone_is_not_taken_by_others(tmp_path):
    config = (PLAIN + PEOPLE).replace("channels: [desk], recipients: [anna, bob, eve]", "recipients: [eve]")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())

        assert here.decisions("route:desk") == [("raised", "not_routed")]


async def test_what_is_held_for_others_is_collected_at_once(tmp_path):
    config = (PLAIN + PEOPLE).replace("recipients: [anna, bob, eve]}", "recipients: [bob], wait: 10m}")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())

        assert here.decisions("route:desk") == [("raised", "waiting")]
        assert here.rows("select digest from digest_queue") == [("to:bob",)]
        assert here.runtime.reader("mail", "bob@example.org").zone == "Europe/Berlin"
        assert here.runtime.reader("desk", "") is None


async def test_the_operator_may_be_a_recipient_and_is_told_elsewhere_of_the_own_channel(tmp_path):
    config = (PLAIN + PEOPLE).replace("operator: {channels: [desk],", "operator: {recipients: [anna],")
    said = NoticeMessage(kind="test", subject="x", title="a word", lines=(), at=MONDAY)
    async with world(tmp_path, config=config) as here:
        await here.store.write(lambda turn: notify(turn.outbox, here.runtime, said))
        assert addresses(here) == [("mail", "anna@example.org")]

        await here.store.write(lambda turn: notify(turn.outbox, here.runtime, said, avoid="mail"))

        assert ("desk", "") in addresses(here)
        assert len([each for each in addresses(here) if each[0] == "mail"]) == 1


GERMAN = "{% for alert in alerts %}ACHTUNG: {{ alert.headline }}, gesehen {{ alert.seen }}\n{% endfor %}"
ADDRESSES = """\
network: any
channels:
  desk: {{kind: file, path: desk.txt}}
  mail: {{kind: email, smtp: {{host: 127.0.0.1, port: {port}, security: none}}, from: w@example.org, language: ja}}
recipients:
  anna: {{to: anna@example.org, zone: Asia/Tokyo}}
  bernd: {{to: bernd@example.org, zone: Europe/Berlin, language: de}}
routes:
  desk: {{recipients: [anna, bernd], zone: America/New_York}}
  operator: {{channels: [desk], when: "rule:nothing"}}
templates: words
language: fr
rules: [rules.yaml]
"""


async def test_each_gets_a_mail_with_their_own_times_and_in_their_own_words(tmp_path):
    (tmp_path / "words" / "de").mkdir(parents=True)
    (tmp_path / "words" / "de" / "alert.txt.j2").write_text(GERMAN, "utf-8")
    async with (
        SmtpFaults("ok") as smtp,
        Http(Guard(ThreadResolver())) as http,
        world(tmp_path, config=PLAIN + ADDRESSES.format(port=smtp.port), sources=("wire",)) as here,
    ):
        await here.publish("wire", entry())
        with_ = Delivering(
            store=here.store,
            transport=Transports(http, Guard(ThreadResolver())),
            renderer=Renderer(data_dir() / "templates", tmp_path / "words"),
            clock=lambda: here.now,
            hook=lambda _place: None,
        )
        while (leased := await lease(with_, "mail")) is not None:
            await deliver(with_, here.runtime, here.runtime.channels["mail"], leased)

    mails = {mail.recipients[0]: mail.message.get_body(("plain",)).get_content() for mail in smtp.mails}
    assert sorted(mails) == ["anna@example.org", "bernd@example.org"]
    assert "18:00" in mails["anna@example.org"]
    assert "Asia/Tokyo" in mails["anna@example.org"]
    assert "届いた理由" in mails["anna@example.org"]  # the channel's language, not that of all
    assert [here.runtime.language_of(*each) for each in (("desk", ""), ("gone", ""))] == ["fr", "fr"]
    assert mails["bernd@example.org"].startswith("ACHTUNG: Ministry announces export ban on gallium, gesehen 10:00")


async def test_a_rule_that_names_a_route_names_its_branches_with_it(tmp_path):
    rules = RULES.replace("    when:", "    tell: desk\n    when:")
    extra = '  operator: {channels: [desk], when: "severity:urgent"}\n  elsewhere: {channels: [log]}\n'
    config = (PLAIN + TREE).replace('  operator: {channels: [desk], when: "rule:nothing"}\n', extra)
    async with world(tmp_path, config=config, rules=rules) as here:
        await here.publish("ministry", entry())

        reasons = {way: here.decisions(f"route:{way}")[0][1] for way in here.runtime.routes}
        assert reasons == {
            "desk": "not_routed",
            "log": "told",
            "urgent": "told",
            "operator": "not_routed",
            "elsewhere": "not_routed",
        }


async def test_a_recipient_may_want_round_ups_short(tmp_path):
    config = (PLAIN + PEOPLE).replace("volume: daily,", "volume: daily, length: short,")
    async with world(tmp_path, config=config) as here:
        await here.publish("wire", entry())
        here.now = MONDAY + timedelta(days=1)
        message = await here.issue("to:bob")

        assert for_reader(message, here.runtime.reader("lab", "")).length == "short"
        assert for_reader(message, here.runtime.reader("mail", "anna@example.org")).length == "full"


async def test_after_ten_days_down_one_message_holds_all_that_was_collected(tmp_path):
    async with world(tmp_path, config=PLAIN + PEOPLE) as here:
        await here.publish("wire", entry())
        here.now = MONDAY + timedelta(hours=1)
        tin = "<p>The diet of Borduria sets an export ban on tin from the mines of Szohod.</p>"
        await here.publish("daily", entry("tin", title="Borduria sets an export ban on tin", content_html=tin))

        here.now = MONDAY + timedelta(days=10)
        message = await here.issue("to:bob")

        assert message is not None
        assert len(message.covers) == 9
        assert sum(len(section.stories) for section in message.sections) + len(message.brief) == 2
        assert await here.issue("to:bob") is None
        assert here.rows("select count(*) from digest_queue where period is null") == [(0,)]
