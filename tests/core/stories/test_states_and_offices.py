"""One act of a state, told by its office and by others who name the state: one story, and no stranger's act with it."""

from __future__ import annotations

import pytest

from tests.core.calendar.make import understander
from tests.core.stories.make import make_story, placed
from watcher.core.model import Reason, SourceId, Trust, Zone, ZoneSpan
from watcher.core.stories.model import Newcomer
from watcher.core.text.reading import Reading

AUTHORITY = (
    "Ministry of Commerce announces export controls on gallium and dysprosium",
    "The Ministry of Commerce announces export controls on gallium and dysprosium. Exporters must apply for a licence.",
)
PRESS = (
    "China announces export controls on gallium, dysprosium",
    "China's Ministry of Commerce announced export controls on gallium and dysprosium on Monday. Buyers were short of them.",
)
COMMISSION = (
    "Commission adopts price floor for tungsten purchases",
    "The European Commission today adopted a price floor for tungsten that it buys for others, of EUR 48,000 per tonne.",
)
BRUSSELS = (
    "EU adopts price floor for tungsten",
    "Brussels set a floor of 48,000 euros a tonne for tungsten that member states buy together, officials said.",
)
STRANGER = (
    "Ministry of Trade announces export controls on gallium and dysprosium",
    "Vietnam's Ministry of Trade announces export controls on gallium and dysprosium. Hanoi wants them processed at home.",
)


def told(title: str, lead: str, language: str = "en", *, hours: float = 0) -> Newcomer:
    """The article with all that is understood of it."""
    text = f"{title}\n{lead}"
    zones = (
        ZoneSpan(zone=Zone.TITLE, start=0, end=len(title)),
        ZoneSpan(zone=Zone.LEAD, start=len(title) + 1, end=len(text)),
    )
    reading = Reading(text=text, zones=zones, language=language, source=SourceId("wire"), trust=Trust.WIRE)
    found = understander().understand(reading)
    return make_story(title, lead, days=hours / 24, text=text, zones=zones, account=found.account, named=found.named)


@pytest.mark.parametrize(
    ("first", "second"), [(AUTHORITY, PRESS), (PRESS, AUTHORITY), (COMMISSION, BRUSSELS), (BRUSSELS, COMMISSION)]
)
def test_a_state_and_its_office_that_act_alike_on_one_day_are_one_story(first, second):
    _, decision = placed(told(*first), told(*second, hours=5))

    assert decision.reason is Reason.SAME_EVENT


@pytest.mark.parametrize(("first", "second"), [(STRANGER, PRESS), (PRESS, STRANGER)])
def test_the_office_of_another_state_tells_of_another_act(first, second):
    _, decision = placed(told(*first), told(*second, hours=5))

    assert decision.reason is Reason.FOUNDED


ONE_ACT = {
    "commerce-us": (
        ("US Commerce Department announces export controls on gallium wafers", "The US Commerce Department announced export controls on gallium and germanium wafers on Monday. Exporters must apply for a licence from 1 April."),
        ("US announces export controls on gallium wafers", "Washington put export controls on gallium and germanium wafers on Monday; exporters must apply for a licence from 1 April, the Commerce Department said."),
    ),
    "commerce-us-same-lead": (
        ("Commerce Department announces export controls on gallium wafers", "The US Commerce Department announced export controls on gallium and germanium wafers on Monday. Exporters must apply for a licence from 1 April."),
        ("US announces export controls on gallium wafers", "The United States announced export controls on gallium and germanium wafers on Monday. Exporters must apply for a licence from 1 April."),
    ),
    "meti-japan": (
        ("METI announces subsidies for tungsten recycling", "METI said on Monday that it will grant 30 billion yen to tungsten recycling plants in Toyama by 2028."),
        ("Japan announces subsidies for tungsten recycling", "Japan will grant 30 billion yen to tungsten recycling plants in Toyama by 2028, the government said on Monday."),
    ),
    "meti-japan-2": (
        ("METI to stockpile 500 tonnes of gallium", "The Ministry of Economy, Trade and Industry will buy 500 tonnes of gallium for its reserve, it said on Monday."),
        ("Japan to stockpile 500 tonnes of gallium", "Tokyo will buy 500 tonnes of gallium for the national reserve, officials said on Monday."),
    ),
    "mofcom-china": (
        ("MOFCOM announces export controls on tungsten and tellurium", "China's Ministry of Commerce announced export controls on tungsten and tellurium on Monday, effective immediately. Exporters need a licence."),
        ("China announces export controls on tungsten and tellurium", "China on Monday put export controls on tungsten and tellurium, effective immediately. Exporters need a licence, the commerce ministry said."),
    ),
    "mofcom-beijing": (
        ("China's Ministry of Commerce suspends export ban on antimony", "China's Ministry of Commerce suspended its export ban on antimony to the United States until 27 November 2026."),
        ("Beijing suspends export ban on antimony", "Beijing has suspended the export ban on antimony to the United States until 27 November 2026."),
    ),
    "de-en": (
        ("China kündigt Exportkontrollen für Wolfram und Tellur an", "Das chinesische Handelsministerium hat am Montag Exportkontrollen für Wolfram und Tellur angekündigt. Sie gelten ab 1. April 2026. Ausführer brauchen eine Lizenz.", "de"),
        ("China announces export controls on tungsten and tellurium", "China announced export controls on tungsten and tellurium on Monday. They take effect on 1 April 2026. Exporters need a licence."),
    ),
    "de-en-ministry": (
        ("Chinas Handelsministerium verhängt Exportverbot für Gallium", "Chinas Handelsministerium hat die Ausfuhr von Gallium in die USA verboten. Das Verbot gilt ab 3. April 2026.", "de"),
        ("China bans gallium exports to US", "China banned exports of gallium to the United States. The ban takes effect on 3 April 2026, the Ministry of Commerce said."),
    ),
    "zh-en": (
        ("商务部公布对钨、碲实施出口管制", "商务部3月2日公布对钨、碲相关物项实施出口管制的决定，自2026年4月1日起实施。", "zh"),
        ("China announces export controls on tungsten and tellurium", "China on March 2 announced export controls on tungsten and tellurium that take effect on April 1, 2026."),
    ),
    "ja-en": (
        ("経産省、ガリウム500トンを備蓄へ", "経済産業省は3月2日、ガリウム500トンを国家備蓄として購入すると発表した。期限は2028年3月31日。", "ja"),
        ("Japan to stockpile 500 tonnes of gallium", "Japan said on March 2 that it will buy 500 tonnes of gallium for its national reserve by March 31, 2028."),
    ),
    "doe-us": (
        ("Energy Department awards $134 million for rare earth recycling", "The US Department of Energy on Monday awarded $134 million to rare earth recycling projects in Texas and Ohio."),
        ("US awards $134 million for rare earth recycling", "The United States on Monday awarded $134 million to rare earth recycling projects in Texas and Ohio."),
    ),
    "dod-us": (
        ("Pentagon awards $43 million for antimony smelter in Idaho", "The Pentagon has awarded $43 million to build an antimony smelter near Boise, Idaho, under the Defense Production Act."),
        ("US awards $43 million for antimony smelter in Idaho", "The US government has awarded $43 million to build an antimony smelter near Boise, Idaho, under the Defense Production Act."),
    ),
    "ec-eu": (
        ("European Commission imposes anti-dumping duties on fused alumina from China", "The European Commission imposed anti-dumping duties of up to 110% on fused alumina from China on Monday."),
        ("EU imposes anti-dumping duties on Chinese fused alumina", "The EU on Monday imposed anti-dumping duties of up to 110% on fused alumina from China."),
    ),
    "indonesia": (
        ("Indonesia's energy ministry cuts nickel ore quota to 250 million tonnes", "Indonesia's Ministry of Energy and Mineral Resources cut the 2026 nickel ore quota to 250 million tonnes."),
        ("Indonesia cuts nickel ore quota to 250 million tonnes", "Indonesia has cut its 2026 nickel ore quota to 250 million tonnes, the energy ministry said."),
    ),
    "joint": (
        ("US, Japan impose export controls on gallium wafers", "The US and Japan put export controls on gallium wafers on Monday, effective 1 April, officials said."),
        ("Japan and US impose export controls on gallium wafers", "Tokyo and Washington imposed export controls on gallium wafers on Monday, effective 1 April."),
    ),
    "pact": (
        ("Japan signs critical minerals pact with US", "Japan signed a pact on gallium and rare earths with the United States in Tokyo on Monday."),
        ("US signs critical minerals pact with Japan", "The United States signed a pact on gallium and rare earths with Japan in Tokyo on Monday."),
    ),
    "bis": (
        ("BIS adds nine firms to Entity List over gallium", "The Bureau of Industry and Security (BIS) of the Commerce Department added nine firms in China to the Entity List over gallium on Monday."),
        ("US adds nine firms to Entity List over gallium", "The United States added nine firms in China to the Entity List over gallium on Monday."),
    ),
    "bis-commerce": (
        ("BIS adds nine firms to Entity List over gallium", "The Bureau of Industry and Security (BIS) of the Commerce Department added nine firms in China to the Entity List over gallium on Monday."),
        ("US Commerce Department adds nine firms to Entity List over gallium", "The US Commerce Department added nine firms in China to the Entity List over gallium on Monday."),
    ),
    "bare": (
        ("MOFCOM suspends export ban on antimony to US", ""),
        ("China suspends export ban on antimony to US", ""),
    ),
}  # fmt: skip
TWO_ACTS = {
    "two-offices": (
        ("US Treasury sanctions traders of Russian palladium", "The US Treasury on Monday sanctioned four traders in Dubai that sell palladium from Russia."),
        ("US Commerce Department adds traders of Russian palladium to Entity List", "The US Commerce Department on Monday added nine traders in Istanbul that sell palladium from Russia to the Entity List."),
    ),
    "two-offices-same-form": (
        ("Energy Department awards $134 million for rare earth recycling", "The Energy Department on Monday awarded $134 million to rare earth recycling projects."),
        ("Defense Department awards $134 million for rare earth recycling", "The Defense Department on Monday awarded $134 million to rare earth recycling projects."),
    ),
    "two-offices-funding": (
        ("Pentagon awards $43 million for antimony smelter in Idaho", "The Pentagon has awarded $43 million to Perpetua for a smelter of antimony in Idaho."),
        ("Energy Department awards $18 million for antimony recycling in Ohio", "The Energy Department has awarded $18 million to a battery recycler for antimony in Ohio."),
    ),
    "two-materials": (
        ("China announces export controls on tungsten", "China's Ministry of Commerce announced export controls on tungsten on Monday. Exporters need a licence."),
        ("MOFCOM announces export controls on indium", "China's Ministry of Commerce announced export controls on indium on Monday. Exporters need a licence."),
    ),
    "two-materials-us": (
        ("US Commerce Department opens Section 232 probe into gallium imports", "The Commerce Department opened an investigation into imports of gallium on Monday."),
        ("US opens Section 232 probe into cobalt imports", "The United States opened an investigation into imports of cobalt on Monday."),
    ),
    "other-states-office": (
        ("US Commerce Department announces export controls on gallium wafers", "The US Commerce Department announced export controls on gallium wafers on Monday. Exporters need a licence."),
        ("China announces export controls on gallium wafers", "China announced export controls on gallium wafers on Monday. Exporters need a licence."),
    ),
    "like-names": (
        ("China's Ministry of Commerce announces export controls on gallium", "China's Ministry of Commerce announced export controls on gallium on Monday. Exporters need a licence."),
        ("Vietnam's Ministry of Industry and Trade announces export controls on gallium", "Vietnam's Ministry of Industry and Trade announced export controls on gallium on Monday. Exporters need a licence."),
    ),
    "like-names-2": (
        ("Japan to stockpile 500 tonnes of gallium", "The Ministry of Economy, Trade and Industry will buy 500 tonnes of gallium for its reserve."),
        ("South Korea to stockpile 500 tonnes of gallium", "The Ministry of Trade, Industry and Energy will buy 500 tonnes of gallium for its reserve."),
    ),
    "firm-state": (
        ("China Northern Rare Earth raises rare earth concentrate prices", "China Northern Rare Earth raised its price of rare earth concentrate for the second quarter on Monday."),
        ("China raises rare earth mining quota", "China raised its rare earth mining quota for the second quarter on Monday."),
    ),
    "firm-state-2": (
        ("JOGMEC to buy stake in Namibian rare earth project", "JOGMEC will buy 30% of a rare earth project in Namibia for 4 billion yen."),
        ("Sojitz to buy stake in Namibian rare earth project", "Sojitz will buy 30% of a rare earth project in Namibia for 4 billion yen."),
    ),
    "denial": (
        ("China announces export controls on tungsten and tellurium", "China announced export controls on tungsten and tellurium on Monday."),
        ("MOFCOM denies export controls on tungsten and tellurium", "China's Ministry of Commerce denied on Monday that it had announced export controls on tungsten and tellurium."),
    ),
    "figures": (
        ("Energy Department awards $134 million for rare earth recycling", "The Energy Department on Monday awarded $134 million to rare earth recycling projects in Texas."),
        ("US awards $28 million for rare earth recycling", "The United States on Monday awarded $28 million to rare earth recycling projects in Ohio."),
    ),
    "answer": (
        ("US Commerce Department bans gallium wafer exports to China", "The US Commerce Department banned exports of gallium wafers to China on Monday."),
        ("China bans gallium exports to US", "China banned exports of gallium to the United States on Monday in retaliation."),
    ),
    "firms": (
        ("METI to subsidise Sojitz gallium recovery plant", "METI will pay half of a gallium recovery plant that Sojitz builds in Niigata, it said on Monday."),
        ("Japan to subsidise Toyota Tsusho gallium recovery plant", "Japan will pay half of a gallium recovery plant that Toyota Tsusho builds in Aichi, it said on Monday."),
    ),
    "lists": (
        ("MOFCOM adds 28 US firms to export control list", "China's Ministry of Commerce added 28 US firms, General Dynamics among them, to its export control list on Monday."),
        ("China adds 15 US firms to unreliable entity list", "China added 15 US firms, Skydio among them, to its unreliable entity list on Monday."),
    ),
    "buys": (
        ("Pentagon to buy antimony from Perpetua", "The Pentagon will buy 400 tonnes of antimony trisulfide from Perpetua Resources for its stockpile."),
        ("US to buy antimony from United States Antimony", "The United States will buy 900 tonnes of antimony ingots from United States Antimony Corp for its stockpile."),
    ),
    "duty": (
        ("Commerce Department sets 93.5% duty on graphite from China", "The US Commerce Department set anti-dumping duties of 93.5% on anode graphite from China on Monday."),
        ("US sets 25% duty on graphite from India", "The US set a tariff of 25% on graphite electrodes from India on Monday."),
    ),
    "types": (
        ("EPA approves permit for Stibnite antimony mine", "The EPA approved the water permit of the Stibnite mine of antimony and gold in Idaho on Monday."),
        ("US lends $2.7 billion to Stibnite antimony mine", "The Export-Import Bank of the United States approved a loan of $2.7 billion to the Stibnite mine in Idaho on Monday."),
    ),
    "permits": (
        ("Interior Department approves Resolution copper land exchange", "The Interior Department approved the land exchange for the Resolution copper mine in Arizona on Monday."),
        ("US approves Ambler Road to copper deposits in Alaska", "The United States approved the Ambler Road to copper deposits in Alaska on Monday."),
    ),
    "denied": (
        ("Japan to stockpile 500 tonnes of gallium", "Japan will buy 500 tonnes of gallium for the national reserve, officials said on Monday."),
        ("METI denies plan to stockpile 500 tonnes of gallium", "METI denied on Monday that it will buy 500 tonnes of gallium for the national reserve."),
    ),
    "opposite": (
        ("US Commerce Department imposes duties on Chinese graphite", "The US Commerce Department imposed duties on graphite from China on Monday."),
        ("China imposes duties on US graphite", "China's commerce ministry imposed duties on graphite from the United States on Monday."),
    ),
    "bare-other-material": (
        ("MOFCOM suspends export ban on antimony to US", ""),
        ("China suspends export ban on gallium to US", ""),
    ),
    "bare-other-office": (
        ("Energy Department awards $20 million for antimony plant", ""),
        ("Pentagon awards $20 million for antimony plant", ""),
    ),
    "bare-other-sum": (
        ("Energy Department awards $20 million for antimony plant", ""),
        ("US awards $30 million for antimony plant", ""),
    ),
    "other-country-bare": (
        ("US imposes new import duty on silicon metal from Angola", ""),
        ("US imposes new import duty on silicon metal from Laos", ""),
    ),
    "country-for-a-firm": (
        ("US to buy 400 tonnes antimony ingots from Perpetua", "The Pentagon will buy 400 tonnes of antimony for its stockpile, it said on Monday."),
        ("US to buy 400 tonnes antimony ingots from Bolivia", "The US will buy 400 tonnes of antimony for its stockpile, it said on Monday."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", ONE_ACT)
def test_one_act_is_one_story_whoever_of_the_state_is_named(pair):
    first, second = ONE_ACT[pair]

    assert placed(told(*first), told(*second, hours=5))[1].reason is Reason.SAME_EVENT
    assert placed(told(*second), told(*first, hours=5))[1].reason is Reason.SAME_EVENT


@pytest.mark.parametrize("pair", TWO_ACTS)
def test_two_acts_are_two_stories_however_alike_they_are_told(pair):
    first, second = TWO_ACTS[pair]

    assert placed(told(*first), told(*second, hours=5))[1].reason is Reason.FOUNDED
    assert placed(told(*second), told(*first, hours=5))[1].reason is Reason.FOUNDED
