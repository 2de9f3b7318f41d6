"""Values read from texts: each with its unit, its span and what the text says of it."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.rules.make import reading
from watcher.core.facts.reading import facts_of

DAY = date(2026, 2, 5)


def facts(text, language="en", day=DAY, country=None):
    return facts_of(reading(text, language=language, published=day, country=country))


def only(values):
    assert len(values) == 1, values
    return values[0]


@pytest.mark.parametrize(
    ("text", "language", "amount", "currency"),
    [
        ("The agency lends $12 billion.", "en", "12e9", "USD"),
        ("It pays US$21 million.", "en", "21e6", "USD"),
        ("It pays US$21m.", "en", "21e6", "USD"),
        ("A fund of A$1.2bn.", "en", "1.2e9", "AUD"),
        ("A fund of C$3,250,000.", "en", "3250000", "CAD"),
        ("It pays EUR 40 million.", "en", "40e6", "EUR"),
        ("It pays 40 million euros.", "en", "40e6", "EUR"),
        ("It pays £7.5 million.", "en", "7.5e6", "GBP"),
        ("It pays 300 million yuan.", "en", "300e6", "CNY"),
        ("It pays R$ 5 billion.", "en", "5e9", "BRL"),
        ("Investition von 1,5 Milliarden Euro.", "de", "1.5e9", "EUR"),
        ("Ein Zuschuss von 12,5 Mio. Euro.", "de", "12.5e6", "EUR"),
        ("Un prêt de 3 milliards d'euros.", "fr", "3e9", "EUR"),
        ("Un préstamo de 2 billones de euros.", "es", "2e12", "EUR"),
        ("投资3.5亿元建设工厂。", "zh", "3.5e8", "CNY"),
        ("投资2万亿元。", "zh", "2e12", "CNY"),
        ("获得1200万美元。", "zh", "12e6", "USD"),
        ("500億円を投資する。", "ja", "500e8", "JPY"),
        ("10兆2000億ウォンを投じる。", "ja", "10.2e12", "KRW"),
        ("3천억 원을 투자한다.", "ko", "3000e8", "KRW"),
    ],
)
def test_a_sum_is_read_with_its_scale_and_currency(text, language, amount, currency):
    found = only(facts(text, language).money)

    assert (found.amount, found.currency) == (Decimal(amount), currency)


def test_a_bare_dollar_is_that_of_the_source():
    assert only(facts("A grant of $5 million.").money).currency == "USD"
    assert only(facts("A grant of $5 million.", country="AU").money).currency == "AUD"


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("It takes $5-7 million.", "7e6"),
        ("It takes $5 to $7 million.", "7e6"),
        ("It takes 5 to 7 million euros.", "7e6"),
    ],
)
def test_a_range_keeps_both_ends(text, most):
    found = only(facts(text).money)

    assert (found.amount, found.most) == (Decimal("5e6"), Decimal(most))


@pytest.mark.parametrize(
    ("text", "up_to"),
    [
        ("A pledge of up to $6.9 million.", True),
        ("A loan of as much as $10 billion.", True),
        ("最高3亿元的补贴。", True),
        ("A loan of $10 billion.", False),
        ("It set up $10 million.", False),
    ],
)
def test_a_ceiling_is_told_from_a_sum(text, up_to):
    assert only(facts(text, "zh" if "亿" in text else "en").money).up_to is up_to


def test_one_sum_said_in_two_currencies_is_one():
    won, dollars = facts("It costs 10 trillion won ($6.8 billion).").money

    assert (won.same_as, dollars.same_as) == (None, 0)


@pytest.mark.parametrize(
    ("text", "fresh"),
    [
        ("The Army gives $6.9 million.", True),
        ("That brings the total to $80 million.", False),
        ("The market will reach $21.5 billion by 2034.", False),
        ("It received $15.5 million in 2023.", False),
        ("It received $15.5 million in 2026.", True),
        ("Revenue rose to $80 million, cumulative sales to date.", False),
    ],
)
def test_new_money_is_told_from_totals_and_forecasts(text, fresh):
    assert only(facts(text).money).fresh is fresh


@pytest.mark.parametrize(
    ("text", "language", "fresh"),
    [
        ("It won a grant of $57 million, not $75 million, for a plant.", "en", ("57000000",)),
        ("It won $57 million, not the $75 million reported earlier.", "en", ("57000000",)),
        ("It won $57 million instead of $75 million.", "en", ("57000000",)),
        ("It won $57 million rather than US$75 million.", "en", ("57000000",)),
        ("It won not $75 million but $57 million.", "en", ("57000000",)),
        ("It won $57 million and not 75 million dollars.", "en", ("57000000",)),
        ("Es sind 57 Millionen Euro, nicht 75 Millionen Euro.", "de", ("57000000",)),
        ("Es sind 57 Millionen Euro statt 75 Millionen Euro.", "de", ("57000000",)),
        ("补贴为5700万美元，而非7500万美元。", "zh", ("57000000",)),
        ("补贴不是7500万美元，是5700万美元。", "zh", ("57000000",)),
        ("補助金は7500万ドルではなく5700万ドル。", "ja", ("57000000",)),
        ("It won not only $75 million but $57 million.", "en", ("75000000", "57000000")),
        ("It will not sell; $75 million was paid.", "en", ("75000000",)),
    ],
)
def test_a_sum_that_another_replaces_is_no_new_money(text, language, fresh):
    assert tuple(f"{each.amount:f}" for each in facts(text, language).money if each.fresh) == fresh


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("The bank approved a $10 billion loan.", "loan"),
        ("It won a $5 million grant.", "grant"),
        ("It was fined $2 million.", "fine"),
        ("It raised $30 million in a placement.", "equity"),
        ("It invests $30 million.", "investment"),
        ("It is about $30 million.", ""),
    ],
)
def test_what_a_sum_is_for_is_the_nearest_word_that_says_so(text, role):
    assert only(facts(text).money).role == role


@pytest.mark.parametrize(
    ("text", "amount", "currency", "per", "vat"),
    [
        ("A floor of $110 a kilogram.", "110", "USD", "kg", None),
        ("A floor of $110/kg excluding VAT.", "110", "USD", "kg", False),
        ("It stood at 700,000 yuan/t including VAT.", "700000", "CNY", "t", True),
        ("It stood at $8.50 per pound.", "8.50", "USD", "lb", None),
    ],
)
def test_a_price_keeps_its_unit(text, amount, currency, per, vat):
    found = facts(text)

    price = only(found.prices)
    assert (price.amount, price.currency, price.per, price.vat) == (Decimal(amount), currency, per, vat)
    assert found.money == ()


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("It holds 51,000 metric tons of REO.", "51000", "t"),
        ("Output of 8,900 tonnes a year.", "8900", "t/y"),
        ("Output of 20 ktpa.", "20", "kt/y"),
        ("It drilled 116.8 m at 77 ppm.", "116.8", "m"),
        ("Grades of 77 g/t gallium.", "77", "g/t"),
        ("Assays of 72gpt niobium.", "72", "g/t"),
        ("It holds 77 grams per tonne of gallium.", "77", "g/t"),
        ("年产2000吨。", "2000", "t/y"),
        ("2.5万吨。", "25000", "t"),
    ],
)
def test_a_quantity_keeps_its_unit(text, value, unit):
    found = facts(text, "zh" if "吨" in text else "en").quantities[0]

    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "value", "most"),
    [
        ("It rose 12.5%.", "12.5", None),
        ("85-90 percent of supply", "85", "90"),
        ("ein Plus von 12,5 Prozent", "12.5", None),
    ],
)
def test_a_share_is_read_as_it_stands(text, value, most):
    found = only(facts(text, "de" if "Prozent" in text else "en").shares)

    assert (found.value, found.most) == (Decimal(value), None if most is None else Decimal(most))


def test_a_density_is_no_mass():
    assert facts("A bulk density of 2.6 t/m³.").quantities == ()


def test_double_digits_are_no_number():
    assert facts("Shares fell by double digits in roughly a day.").shares == ()


@pytest.mark.parametrize(
    ("text", "votes"),
    [
        ("The House passed it by 224 to 195.", (224, 195)),
        ("The House passed it, 224–195.", (224, 195)),
        ("The committee approved it 26-16 last year.", (26, 16)),
    ],
)
def test_votes_are_ayes_and_noes(text, votes):
    found = only(facts(text).votes)

    assert (found.ayes, found.noes) == votes


def test_a_score_is_no_vote():
    assert facts("The pages 224-195 are missing.").votes == ()


@pytest.mark.parametrize(
    ("text", "first", "kind"),
    [
        ("Suspended until 10 November 2026.", date(2026, 11, 10), "expires"),
        ("The controls take effect on February 4th, 2026.", date(2026, 2, 4), "effective"),
        ("Comments are due by March 2, 2026.", date(2026, 3, 2), "comment_close"),
        (
            "Comments on the anti-dumping duty on silicon metal must be received by 2 March 2026.",
            date(2026, 3, 2),
            "comment_close",
        ),
        ("The deadline for comments on the proposed tariff is 2 March 2026.", date(2026, 3, 2), "comment_close"),
        ("No comments came. Bids on the mine must be received by 2 March 2026.", date(2026, 3, 2), "deadline"),
        ("The deadline is 2026-03-02.", date(2026, 3, 2), "deadline"),
        ("A hearing will be held on 3 March.", date(2026, 3, 3), "hearing"),
        ("自2025年4月4日起施行。", date(2025, 4, 4), "effective"),
        ("暂停至2026年11月10日。", date(2026, 11, 10), "expires"),
        ("4月1日から施行。", date(2026, 4, 1), "effective"),
        ("Gültig ab 4. Februar 2026.", date(2026, 2, 4), ""),
        ("It was signed on Wednesday.", date(2026, 2, 4), ""),
        ("It was signed last Thursday.", date(2026, 1, 29), ""),
        ("It meets next Monday.", date(2026, 2, 9), ""),
        ("It was signed yesterday.", date(2026, 2, 4), ""),
        ("It was signed on December 30.", date(2025, 12, 30), ""),
        ("The controls take effect in 10 days.", date(2026, 2, 15), "effective"),
        ("The ban enters into force in two weeks.", date(2026, 2, 19), "effective"),
        ("Comments are due in thirty days.", date(2026, 3, 7), "comment_close"),
        ("措施自30日后施行。", date(2026, 3, 7), "effective"),
    ],
)
def test_a_date_is_resolved_and_kept_with_what_it_is_the_date_of(text, first, kind):
    found = only(facts(text).dates)

    assert (found.first, found.kind) == (first, kind)


@pytest.mark.parametrize("text", ["Prices rose by 20 % in two weeks.", "It takes effect in ten days of passage."])
def test_how_long_something_took_is_no_date(text):
    assert not any(each.first for each in facts(text).dates)


def test_a_month_is_all_its_days():
    found = only(facts("It opens in March 2027.").dates)

    assert (found.first, found.last) == (date(2027, 3, 1), date(2027, 3, 31))


def test_without_a_day_of_its_own_an_article_resolves_nothing():
    assert only(facts("It was signed on Wednesday.", day=None).dates).first is None
    assert only(facts("It was signed on 3 March.", day=None).dates).first is None


def test_a_year_that_looks_like_a_slip_is_flagged_and_both_are_kept():
    found = only(facts("As reported on February 5, 2025, output stopped.").dates)

    assert (found.first, found.suspect, found.likely) == (date(2025, 2, 5), True, date(2026, 2, 5))
    assert not only(facts("As reported on February 5, 2024, output stopped.").dates).suspect
    assert not only(facts("As reported on March 5, 2025, output stopped.").dates).suspect


def test_a_date_that_hangs_on_something_is_conditional():
    found = only(facts("The agency must report within 10 days of enactment.").dates)

    assert (found.first, found.conditional, found.kind) == (None, True, "deadline")


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("公告2025年第18号", "gazette", "2025-18"),
        ("MOFCOM Announcement No. 61 of 2025", "gazette", "2025-61"),
        ("MOFCOM's announcement 2025-70 suspends", "gazette", "2025-70"),
        ("The House passed H.R. 4090.", "bill", "H.R. 4090 (119)"),
        ("The Senate took up S. 1234.", "bill", "S. 1234 (119)"),
        ("Docket BIS-2025-0023.", "docket", "BIS-2025-0023"),
        ("RIN 0694-AJ12", "rin", "0694-AJ12"),
        ("90 FR 12345", "federal_register", "90 FR 12345"),
        ("FR Doc. 2025-12345", "federal_register", "2025-12345"),
        ("case A-570-123", "case", "A-570-123"),
        ("Regulation (EU) 2024/1252", "regulation", "2024/1252"),
        ("COM(2023) 160", "proposal", "COM(2023) 160"),
        ("accession 0001234567-25-000123", "accession", "0001234567-25-000123"),
    ],
)
def test_a_document_is_known_by_its_number(text, kind, number):
    found = only(facts(text).documents)

    assert (found.kind, found.number) == (kind, number)


def test_the_congress_follows_from_the_day():
    assert only(facts("H.R. 1 passed.", day=date(2024, 12, 30)).documents).number == "H.R. 1 (118)"
    assert only(facts("H.R. 1 passed.", day=date(2025, 1, 2)).documents).number == "H.R. 1 (118)"
    assert only(facts("H.R. 1 passed.", day=date(2025, 1, 3)).documents).number == "H.R. 1 (119)"
    assert only(facts("H.R. 1 passed.", day=None).documents).number == "H.R. 1"


@pytest.mark.parametrize("text", ["", "Tin.", "1", "2026", "....", "$", "12 12 12", "%", "第号", "年月日"])
def test_little_text_gives_few_facts_and_no_error(text):
    found = facts(text)

    assert found.money == ()
    assert found.dates == ()


@given(
    st.text(alphabet=st.sampled_from("0123456789.,-–$€¥£%年月日号第万亿兆 ()/:kmtbnUSDMayJun元円by to"), max_size=120)
)
def test_every_fact_lies_where_it_says(text):
    article = reading(text, language="en", published=DAY)
    found = facts_of(article)

    for values in (
        found.money,
        found.prices,
        found.quantities,
        found.shares,
        found.votes,
        found.dates,
        found.documents,
    ):
        for value in values:
            assert 0 <= value.start < value.end <= len(article.text)
    for index, each in enumerate(found.money):
        assert each.same_as is None or each.same_as < index


@pytest.mark.parametrize(
    "text",
    ["1,234.5 t of $5 " * 60_000, "7" * 1_000_000, "1-" * 500_000, "a" * 100_000, "$1.1" * 25_000, "年1月" * 30_000],
)
def test_a_hostile_text_is_read_in_time(text):
    article = reading("Figures", body=text, language="en", published=DAY)
    _ = article.sentences
    started = time.process_time()
    found = facts_of(article)

    assert time.process_time() - started < 2
    assert len(found.money) < 5_000


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Ministers meet this week.", "2026-02-02", "2026-02-08"),
        ("The mine reopened last week.", "2026-01-26", "2026-02-01"),
        ("In November, the company signed.", "2025-11-01", "2025-11-30"),
        ("It was reported last May.", "2025-05-01", "2025-05-31"),
        ("Congo to lift its ban in April", "2026-04-01", "2026-04-30"),
        ("Congo lifted its ban in April", "2025-04-01", "2025-04-30"),
        ("The mine, which was shut, to restart in June", "2026-06-01", "2026-06-30"),
        ("Exports to customers in April were flat", "2025-04-01", "2025-04-30"),
        ("Exports up 3% from May", "2025-05-01", "2025-05-31"),
        ("Congo curbs exports from May", "2026-05-01", "2026-05-31"),
        ("Strike ends in January", "2026-01-01", "2026-01-31"),
        ("Strike ends in April", "2026-04-01", "2026-04-30"),
        ("In May the ministry will publish rules.", "2026-05-01", "2026-05-31"),
        ("In May the ministry said it will publish rules.", "2025-05-01", "2025-05-31"),
        ("It stays shut until March.", "2026-03-01", "2026-03-31"),
        ("They expire at the end of 2027.", "2027-12-31", "2027-12-31"),
        ("Capacity doubles by end-2027.", "2027-12-31", "2027-12-31"),
        ("The fair (Feb. 9-12, Lima) is near.", "2026-02-09", "2026-02-12"),
        ("The fair on 9-12 February 2026 is near.", "2026-02-09", "2026-02-12"),
        ("It was announced today.", "2026-02-05", "2026-02-05"),
    ],
)
def test_a_stretch_of_days_has_both_its_ends(text, first, last):
    found = only(facts(text).dates)

    assert (str(found.first), str(found.last)) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "Today it operates as a club.",
        "It exceeds today's prices.",
        "Today, Acme Metals is a leader.",
        "It may rise; the marches in may be long.",
    ],
)
def test_nowadays_is_no_day(text):
    assert facts(text).dates == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Output rose from 4,300 to 8,900 tonnes.", ["4300", "8900"]),
        ("It fell from 90% in 2023 to 53% in 2024.", []),
        ("Output ranging from 50 to 60 tonnes.", ["50"]),
    ],
)
def test_a_step_is_two_values_and_no_range(text, values):
    found = facts(text)

    assert [str(each.value) for each in found.quantities] == values
    assert [str(each.value) for each in found.shares] == (["90", "53"] if not values else [])


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("Executive Order 14241 says so.", "executive_order", "E.O. 14241"),
        ("Under E.O. 14156 it may.", "executive_order", "E.O. 14156"),
        ("Proclamation 10908 adjusts imports.", "proclamation", "10908"),
    ],
)
def test_orders_of_the_president_have_their_number(text, kind, number):
    found = only(facts(text).documents)

    assert (found.kind, found.number) == (kind, number)


def test_a_month_is_a_slip_only_beside_a_slip_of_its_day():
    slipped = facts("Reported February 4, 2025, by traders (Feb. 2025).").dates
    plain = facts("Output was lower in Feb. 2025 than now.").dates

    assert [str(each.likely) for each in slipped] == ["2026-02-04", "2026-02-01"]
    assert not only(plain).suspect


def test_a_regulations_name_is_no_vote():
    assert facts("He reviewed and approved it under National Instrument 43-101.").votes == ()


def test_the_end_of_a_period_is_no_expiry():
    assert [each.kind for each in facts("The review covers August 1, 2022, through July 31, 2023.").dates] == ["", ""]
    assert only(facts("The tariff is suspended through July 31, 2026.").dates).kind == "expires"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("公告2025年第55号、第56号、57号和第61号自今日起暂停。", ["2025-55", "2025-56", "2025-57", "2025-61"]),
        ("MOFCOM Announcements No. 55, 56 and 61 of 2025 are suspended.", ["2025-55", "2025-56", "2025-61"]),
        ("Announcements Nos. 55-58 of 2025 lapse.", ["2025-55", "2025-56", "2025-57", "2025-58"]),
        ("It cites announcements 2025-55, 2025-56 and 2025-61.", ["2025-55", "2025-56", "2025-61"]),
        ("Notice No. 7 of 2026 names 5, 6 and 7 firms of 2025.", ["2026-7"]),
        ("MOFCOM's announcement 2025-70 suspends the controls of 2025-57.", ["2025-70", "2025-57"]),
        ("The announcement eases the rules of 2025-26.", []),
    ],
)
def test_numbers_of_a_list_share_its_year(text, numbers):
    assert [each.number for each in facts(text).documents] == numbers
