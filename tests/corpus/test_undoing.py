"""Headlines that turn an act round: what is denied wakes nobody, and no real act is silenced for a word of denial."""

from __future__ import annotations

import pytest

from tests.corpus.test_wording import reported

ACTS = [
    ("China withdraws export licence of rare earth magnet maker", "en", "export_control", "revoked"),
    ("EPA denies permit for Pebble mine", "en", "permit_approval", "refused"),
    ("EPA denies mining permit for Pebble", "en", "permit_approval", "refused"),
    ("Panama denies First Quantum permit as talks are stalled", "en", "permit_approval", "refused"),
    ("Perpetua denied permit for Stibnite mine", "en", "permit_approval", "refused"),
    ("China denies rare earth export licences to US firms", "en", "export_control", "announced"),
    ("Ministry denies export licence for gallium to US buyer", "en", "export_control", "announced"),
    ("EU scraps tariff on Chinese graphite", "en", "trade_measure", "eased"),
    ("Indonesia cancels nickel ore export ban", "en", "export_control", "revoked"),
    ("Chile withdraws lithium royalty bill", "en", "legislation", "withdrawn"),
    ("Niger withdraws Orano's uranium mining permit", "en", "permit_approval", "revoked"),
    ("MP Materials withdraws from offtake agreement with Shenghe", "en", "offtake_agreement", "terminated"),
    ("Pentagon pulls $20 million grant for Syrah's graphite plant", "en", "government_funding", "withdrawn"),
    ("Lynas withdraws guidance, halts Malaysia plant", "en", "production_halt", "in_force"),
    ("China halts smelter expansions", "en", "production_halt", "in_force"),
    ("China denies US request, bans gallium exports", "en", "export_control", "announced"),
    ("China denied it, but banned gallium exports", "en", "export_control", "announced"),
    ("Trump drops threat to quit talks, imposes tariffs on copper", "en", "trade_measure", "announced"),
    ("China abandons plan for quotas, bans rare earth exports", "en", "export_control", "announced"),
    ("Malaysia revokes plant licence of Lynas", "en", "permit_approval", "revoked"),
    ("China bans gallium exports, denies retaliation", "en", "export_control", "announced"),
    ("China, denying retaliation, bans gallium exports", "en", "export_control", "announced"),
    ("Without warning, China halts rare earth exports", "en", "export_control", "announced"),
    ("Congo lifts cobalt export ban, denies it will introduce quotas", "en", "export_control", "eased"),
    ("Corrected: EU adopts 25% tariff on Chinese magnets", "en", "trade_measure", "announced"),
    ("BIS corrects Entity List entry for graphite firm", "en", "entity_listing", "announced"),
    ("Withdrawn: export licence of Chinese gallium trader", "en", "export_control", "revoked"),
    ("China no longer bans gallium exports to US", "en", "export_control", "eased"),
    ("US no longer requires licences for gallium exports", "en", "export_control", "eased"),
    ("中国撤回对镓出口管制", "zh", "export_control", "revoked"),
    ("没有豁免：美国对俄罗斯镍加征关税", "zh", "trade_measure", "announced"),
    ("美国取消豁免，对石墨加征关税", "zh", "trade_measure", "announced"),
    ("美国取消对华豁免并加征关税", "zh", "trade_measure", "announced"),
    ("中国取消对镓出口禁令", "zh", "export_control", "eased"),
    ("【更正】中国对钨实施出口管制", "zh", "export_control", "announced"),
    ("経産省、ガリウム輸出規制を撤回", "ja", "export_control", "revoked"),
    ("China zieht Exportverbot für Gallium zurück", "de", "export_control", "revoked"),
    ("China setzt Exportkontrollen für Seltene Erden aus", "de", "export_control", "suspended"),
    ("China hebt Exportverbot für Gallium auf", "de", "export_control", "eased"),
    ("USA heben Zölle auf Graphit an", "de", "trade_measure", "announced"),
    ("La Chine retire son embargo sur le gallium", "fr", "export_control", "revoked"),
]
GIVEN_UP = [
    ("US scraps plan to impose tariffs on graphite", "en", "trade_measure", "revoked"),
    ("Trump withdraws threat to impose tariffs on Canadian aluminium", "en", "trade_measure", "revoked"),
    ("Trump reverses decision to impose tariffs on copper", "en", "trade_measure", "revoked"),
    ("EU drops proposal to ban gallium exports", "en", "export_control", "revoked"),
    ("China delays plan to restrict gallium exports", "en", "export_control", "suspended"),
    ("US shelves plan for price floor on antimony", "en", "price_floor", "abandoned"),
    ("Rio Tinto drops plan to buy lithium miner", "en", "acquisition", "abandoned"),
    ("Zinnwald Lithium zieht Antrag auf Bergbaugenehmigung zurück", "de", "permit_approval", "withdrawn"),
    ("BLM withdraws decision to approve lithium mine", "en", "permit_approval", "revoked"),
    ("Mali withdraws decision to suspend Barrick's permit", "en", "permit_approval", "revoked"),
    ("美国撤回对中国石墨加征关税", "zh", "trade_measure", "revoked"),
    ("美国推迟对中国石墨加征关税", "zh", "trade_measure", "suspended"),
]
DENIED = [
    ("China delays decision to lift gallium export ban", "en", "export_control"),
    ("US scraps plan to suspend tariffs on graphite", "en", "trade_measure"),
    ("EU pauses plan to scrap tariffs on Chinese graphite", "en", "trade_measure"),
    ("China hebt hervor: Exportverbot für Gallium bleibt", "de", "export_control"),
    ("Army denies it awarded antimony contract", "en", "offtake_agreement"),
    ("Lynas denies permit was rejected in Malaysia", "en", "permit_approval"),
    ("China denies easing export ban on rare earths", "en", "export_control"),
    ("Beijing denies it has lifted antimony export ban", "en", "export_control"),
    ("Ministry denies plan to scrap nickel export ban", "en", "export_control"),
    ("Reuters withdraws story on China gallium ban", "en", "export_control"),
    ("WITHDRAWN: China bans antimony exports", "en", "export_control"),
    ("Zurückgezogen: China verbietet Ausfuhr von Antimon", "de", "export_control"),
    ("撤回：中国禁止锑出口", "zh", "export_control"),
    ("中国并未解除锑出口禁令", "zh", "export_control"),
    ("商务部否认全面禁止稀土出口", "zh", "export_control"),
]
NOTHING = [
    ("Glencore denies report it will halt cobalt mine", "production_halt"),
    ("China denies allegations it smuggles gallium", "enforcement_action"),
    ("Court denies Apache request, copper mine will proceed", "acquisition"),
]


@pytest.mark.parametrize(("title", "language", "type_", "status"), ACTS)
def test_an_act_is_told_for_all_its_words_of_denial(title, language, type_, status):
    assert reported(title, language=language).get(type_) == status


@pytest.mark.parametrize(("title", "language", "type_", "status"), GIVEN_UP)
def test_a_plan_that_is_given_up_ends_and_begins_nothing(title, language, type_, status):
    assert reported(title, language=language).get(type_) == status


@pytest.mark.parametrize(("title", "language", "type_"), DENIED)
def test_what_is_denied_or_taken_back_is_no_act(title, language, type_):
    assert reported(title, language=language) == {type_: "denied"}


@pytest.mark.parametrize(("title", "type_"), NOTHING)
def test_what_is_denied_is_told_as_nothing_else(title, type_):
    found = reported(title)

    assert found.get(type_) in {None, "denied"}
    assert set(found.values()) <= {"denied"}
