"""The words by which an organisation outside the lexicon is known, and those that no name is made of.

Compiled from how companies, exchanges and states write of themselves; constants only.
"""

from __future__ import annotations


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEGAL = _set_of(
    """
    inc inc. incorporated corp corp. corporation ltd ltd. limited plc llc l.l.c. lp llp ag gmbh se s.a. sa
    s.a.s. sas nv n.v. b.v. bv ab asa oyj pty co co. s.p.a. spa kk k.k. berhad bhd tbk a/s kgaa ulc pjsc ojsc
    pte
    """
)
"""What closes a company's name in law. Source: the forms of companies of the G20, Nordics and South-East Asia."""
LEGAL_FORMS = _set_of(
    """
    Inc Inc. INC INC. Incorporated Corp Corp. CORP CORP. Corporation CORPORATION Ltd Ltd. LTD LTD. Limited LIMITED
    plc PLC Plc LLC L.L.C. LP LLP AG GmbH SE S.A. SA S.A.S. SAS NV N.V. B.V. BV AB ASA Oyj Pty Co. S.p.A. K.K.
    Berhad Bhd Tbk A/S KGaA ULC PJSC OJSC Pte
    """
)
"""How they are written."""
HOLDING = _set_of("holding holdings group groupe international company")
"""What a short name leaves out behind two words or more."""
PLAIN_TAIL = _set_of("technologies technology solutions securities systems")
"""What a short name leaves out behind one coined word."""
INDUSTRY = _set_of(
    """
    resources resource minerals mineral metals metal mining mines mine lithium uranium graphite copper gold
    silver nickel cobalt tungsten antimony vanadium manganese energy earths earth materials technologies
    technology industries exploration explorations royalties royalty motors chemical chemicals magnetics magnets
    phosphate systems ventures capital partners power nuclear fuels recycling refining smelting steel aluminum
    aluminium zinc titanium niobium potash elements rare batteries battery semiconductor semiconductors
    electronics pharmaceuticals aerospace
    """
)
"""What names of companies of this field end with."""
CLOSES = _set_of("resources company")
"""What makes a name of words that are common, each by itself: American Resources, General Metals Company."""
EXCHANGES = (
    "NYSE|NASDAQ|Nasdaq|TSX|TSXV|TSX.V|TSX-V|TSX-Venture|ASX|CSE|LSE|AIM|OTC|OTCQB|OTCQX|OTCMKTS|OTC PINK|OTC Pink"
    "|FSE|FRA|FWB|HKEX|HKSE|SEHK|SSE|SZSE|SHA|SHE|JSE|KRX|KOSDAQ|TYO|TSE|NSE|BSE|NEO|CBOE|Cboe|Euronext|EPA|AMS|BIT|STO|OSE"
)
"""Source: exchange names as newswires print them before a ticker."""
PEOPLE = "CEO|CFO|COO|CTO|Chief Executive|Chairman|Chairwoman|President|Founder|Managing Director|Executive Chairman"
VERBS = _set_of(
    """
    accelerate accept achieve acquire adapt add adopt advance agree aim allocate amend announce anticipate
    appeal apply appoint approve assess attend attract auction award back ban begin bolster book boost break
    bring build buy call cancel celebrate challenge clear close collaborate commence commend commission commit
    complete conclude confirm consolidate construct continue contract convert correct cut deal debut declare
    decline deepen defer delay deliver demonstrate deny deploy detail develop discover discuss divest double
    drill drive drop earn ease elect eliminate emerge enable encounter end endorse engage enhance enlarge ensure
    enter establish evaluate exceed execute exercise exit expand expect expedite explore extend face fast-track
    field file finalize finalise finance find finish fire form forge freeze fund gain generate get give grant
    grow halt head help highlight hike hire hit hold host identify idle impose improve increase inform initiate
    ink install intend intensify intersect introduce invest invite issue join keep kick launch lay lead lend
    license lift list locate lock look lose lower maintain make mark meet merge modify move mull name near
    negotiate nominate note obtain offer open operate opt order outline overhaul own partner pass pause pay
    permit pick pilot plan pledge position post postpone pour prepare present probe process procure produce
    promote propose prove provide publish pull purchase push qualify raise ramp reach reaffirm realign receive
    recommend record recover recycle reduce refine refinance refuse regain register reiterate reject release
    remain rename renew reopen replace report request resign resolve respond restart restructure resume retain
    return reveal revise revoke rise roll sample save scale schedule scrap secure see seek select sell send set
    settle shed shift ship shore showcase shut sign slash slide soar spin spotlight stake start state step stop
    strengthen strike submit subscribe sue support suspend sweeten tackle take tap target tender terminate test
    total transfer trial trigger triple tumble turn unlock unveil update upgrade uphold upsize urge use validate
    warn weigh welcome widen win withdraw work
    """
)
"""What a subject of a headline does. Source: the acts of company announcements, newswires' categories."""


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


ACTS = frozenset(map(_third_person, VERBS)) | _set_of("to will could may raising continues announced said ist")
"""The finite verb behind a headline's subject."""
NO_NAME = _set_of(
    """
    a an the this that these those how why what when where who which can could is are was were will does do did
    has have if in on at by for from with after before amid as and or but not no new more most all some any its
    their our your my his her i we you they he she it top best first-ever breaking exclusive update opinion
    analysis interview video podcast report reports study studies survey notice notices price prices market
    markets stock stocks share shares futures demand supply exports export imports import tariff tariffs ban
    bans deal deals talks war rally shortage investor investors miner miners lawmakers lawmaker officials
    official researchers scientists experts analysts analyst company companies firm firms government governments
    country countries minister ministers president trump biden week month year today section addition additions
    rule rules final proposed request revision revisions implementation authorization order temporary
    application policy policies list lists entity act bill clean critical global world america american's
    china's u.s.' us' europe's chinese european japanese korean german french british canadian australian
    russian indian western eastern allied beijing washington brussels tokyo rare-earth rising closure states
    union plant plants mine mines project projects industry sector supply-chain stakes senate house congress
    alert warning shareholder stockholder deadline lawsuit action hazardous materials' procedures public
    information ministry ministries department bureau office regulator regulators authority authorities customs
    parliament cabinet traders scrap imminent end rush executive chairman chief officer spokesperson
    announcement meeting dialogue seminar agency commission committee council court judge people millions
    americans used electric brewing map innovation
    """
)
"""Words that make a run of capitals no name of a company where it stands alone."""
ALONE = _set_of(
    """
    explorer explorers developer developers producer producers recycler recyclers refiner refiners smelter smelters
    refinery refineries maker makers manufacturer manufacturers supplier suppliers trader processor startup start-up
    start-ups junior giant carmaker carmakers automaker automakers steelmaker chipmaker chipmakers lender lenders bank
    banks fund funds buyer buyers seller exporter exporters importer importers utility club city restaurant bakery
    board boards senator senators premier governor king drilling assays assay leach metallurgical tests testing work
    works construction production output strike strikes flood snow storm fire updated upgraded revised poised
    interior treasury army navy commerce pentagon homeland canberra ottawa london berlin paris delhi jakarta moscow
    kyiv seoul korea ontario quebec nevada alaska texas parties shareholders holders directors employees
    workers unions
    residents activists group groups consortium alliance coalition quarter sales revenue profit loss earnings
    dividend trading bitcoin gold silver owner owners operator operators engineer engineers inspectors prosecutors
    police voters farmers
    """
)
"""Words that make no name of a firm by themselves, though names begin with some of them."""
INSTITUTION = (
    "Ministry|Department|Bureau|Office|Agency|Commission|Administration|Authority|Directorate|Secretariat|Institute"
    "|University|Council|Association|Federation|Chamber of Commerce|Consortium|Committee|Government|Geological Survey"
    "|Arrangement"
)
FUNCTION = _set_of(
    """
    a an the this that these those how why what when where who which if in on at by for from with after before
    amid as or but not no of to into over under about against its their our your my than then while despite via
    per vs during ceo cfo coo cto chairman chairwoman president founder director chief executive officer mr ms
    dr
    """
)
"""Words that stand beside names and in none."""
DEMONYMS = (
    "American|Argentine|Australian|Austrian|Belgian|Bolivian|Brazilian|British|Canadian|Chilean|Chinese|Congolese"
    "|Czech|Danish|Dutch|Egyptian|Estonian|European|Finnish|French|German|Greek|Greenlandic|Indian|Indonesian|Iranian|Irish"
    "|Israeli|Italian|Japanese|Kazakh|Kenyan|Korean|Laotian|Malagasy|Malawian|Malaysian|Mexican|Mongolian|Moroccan"
    "|Mozambican|Myanmar|Namibian|Nigerian|Norwegian|Pakistani|Peruvian|Philippine|Polish|Portuguese|Russian|Rwandan"
    "|Saudi|Serbian|Singaporean|Slovak|South African|South Korean|Spanish|Swedish|Swiss|Taiwanese|Tanzanian|Thai"
    "|Turkish|Ugandan|Ukrainian|Uzbek|Vietnamese|Zambian|Zimbabwean|New Zealand|UK|EU"
)
"""Source: the usual adjectives of the countries of the lexicon, and what headlines put in their place."""
