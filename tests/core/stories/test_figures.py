from __future__ import annotations

import pytest

from watcher.core.stories.figures import amounts_in, days_in, papers_in


@pytest.mark.parametrize(
    "text",
    ["on August 22, 2024", "8月22日", "2024-08-22", "22 August", "Aug. 22", "am 22. August"],
)
def test_a_day_is_one_in_every_spelling(text):
    assert days_in(text) == {"08-22"}


@pytest.mark.parametrize("text", ["May 2025", "in March", "2025-13-40", "1234-56", ""])
def test_what_names_no_day_gives_none(text):
    assert days_in(text) == frozenset()


@pytest.mark.parametrize(
    "text", ["$18.4M", "18.4 million", "US$18,400,000", "1840万美元", "18.4 Mio", "18,4 Millionen Euro"]
)
def test_a_sum_is_one_in_every_spelling(text):
    assert amounts_in(text) == {"1.84e+07"}


def test_a_sum_in_two_scales_is_read_whole():
    assert "1.84e+08" in amounts_in("1億8400万ドル") & amounts_in("1亿8400万美元") & amounts_in("$184 million")


def test_years_and_small_numbers_are_no_sums_and_shares_need_a_fraction():
    assert amounts_in("in 2025 some 40 firms and 25% of 12.5%") == {"12.5%"}


@pytest.mark.parametrize(
    "text",
    ["passed H.R. 7788", "HR 7788", "S. 1234 passes", "Announcement No. 610", "H.J. Res. 450", "Executive Order 14285"],
)
def test_the_number_of_a_document_is_no_amount(text):
    assert amounts_in(f"The House {text}, by 310 votes") == {"310"}


def test_a_number_behind_the_name_of_a_country_is_an_amount():
    assert amounts_in("in the U.S. 450 firms") == {"450"}


def test_numbers_of_documents_are_one_in_every_spelling():
    assert papers_in("Announcement No. 22 of 2025") == papers_in("商务部公告2025年第22号") == {"22"}
    assert papers_in("H.R. 4090 passes") == {"HR4090"}
