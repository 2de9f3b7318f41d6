"""Words that say nothing about which event a text tells of, and words brought to one form; never decides anything.

The list holds what any news of any field is written with: function words of four languages, and words of reporting,
counting and business. Words that are ordinary in one field only (a metal, a ministry) are told by how many stories had
them before, not by a list.
"""

from __future__ import annotations

_MIN_STEM = 4
_APOSTROPHES = frozenset("'\u2019")
ENDINGS = frozenset("sdge")
"""The letters that all these endings end in."""


def stem(word: str) -> str:
    """An English word without its commonest endings; crude on purpose: words are only compared."""
    last = word[-1:]
    if last == "s" and word[-2:-1] in _APOSTROPHES:
        word = word[:-2]
        last = word[-1:]
    size = len(word)
    if last == "s":
        if size > _MIN_STEM and word.endswith("ies"):
            return word[:-3] + "y"
        if size > _MIN_STEM and word[-2] == "e":
            word = word[:-2]
        elif size >= _MIN_STEM and word[-2] != "s":
            word = word[:-1]
    elif last == "d" and size > _MIN_STEM and word[-2] == "e":
        word = word[:-2]
    elif last == "g" and size > _MIN_STEM + 1 and word.endswith("ing"):
        word = word[:-3]
    return word[:-1] if len(word) > _MIN_STEM and word[-1] == "e" else word


_WORDS = """
    a aber ability about above access according across act action actions actually add added adding addition
    additional address administration advanced advantage advice affect affected after against agency agree agreed
    ahead aim al all allow allows almost alone along alongside already als also although always am american amid
    among amp an and announce announced announcement annual another answer any anything appear approach
    approximately april après are area areas around article as ask associated at attention au auch auf august aus
    australian aux available avant avec average aware away back balance base based basis be because become becoming
    been before began begin behind bei being believe below best better between beyond bid big billion board both
    break bring building built business but buy by call called came can capital case cause causing ce cell cent
    center central certain ces cette challenge chance change changes chief city claim claims class clear close
    closed co com come comes coming comment comments committed common community como companies company compared
    complete completed con concern condition conduct conference confirmed consider contact content continue
    continued contract control corp cost costs could council country critical current currently cut d daily dans das
    dass data date day days de deal decades december decided decision defense del deliver dem den department der des
    described designed despite detail details determined develop development did die different direct director
    division do does donc done double down dozens draft drive driving du due durch during e each earlier early
    economic effect effort efforts eight ein eine einem einen einer eines either el eleven elle elles else email
    emerging en end ended energy enough ensure entered entire entre equipment er es especially est esta established
    estas este estimate estimated estos et euro even event eventually ever every exactly example execution executive
    expanded expect expected experience explain explained face facility facing fact far fast february federal few
    field fifth fifty figure file final finally financial find first five focus follow following for forced foreign
    former forward found four fourth free fresh friday from fue full fully further future für gain gas gave gegen
    general get give given global go goal going good got government great green group grow growing growth haben had
    half happen hard has hat hatte have having he head health heavy held help here hers high higher highlight him
    himself his hit hold holding home hope host hour house how however html http https hundred i identified if ihr
    ihre il ils im image immediate immediately impact important improve in inc include included including increase
    indeed independent indicate industry information initial instead interest interim international into
    investigation investor involved is issue issued issues ist it item its itself jahr jahre jahren january join
    joined july june just keep kept key kind knew know known la lack large largest las last late later latest launch
    launched law le lead leader leadership leading least leave led left legal les less let leur leurs level lies
    life light like likely limited line link list little live llc local located location long longer look los lost
    low lower ltd made main maintain mais major make makes making management manager many march mark market matter
    maximum may me mean meanwhile measure media medical medium meet meeting mehr member members mention might
    military milliarden million millionen millions minister minute mit moment monday month months more morning most
    move moving mr mrs ms much must my myself más nach name named nation national nations nbsp ne near nearly
    necessary need needed net never new newly news next nicht nine no noch nor north not note nothing nous november
    now number nur o october oder of off offer office officer official often ohne oil old on once one ongoing online
    only onto open operating operation operations opportunity option or order org organization original other others
    ou our out outlook outside over overall own owned owner où p page paid par para part particularly partner parts
    pas past pay pending people per percent performance perhaps period pero person photo place placed plan planned
    planning plans play player players plc plus point policy political por position positioned positive possible
    potential potentially pour power present president press pressure previous previously price private pro probably
    problem process produce product products program progress project property protect protection provide provided
    providing prozent public publish published purpose push pushing put quarter que question questions qui quick
    quickly quite r raise range rate rather reach reached react read reader ready real really reason receive
    received receiving recent recently recognized record red reduce region related release released releases remain
    remains remove report reported reporter reports require required research response rest result results return
    returns reveal review rich right rights rise risk role room round rule run sa safe safety said sale same sans
    saturday saw say says schon se search second section sector secure security see seem sein seine sell send senior
    september series serious serve service services ses set seven several shall share she short should show sich
    side sie sign signed significant similar simply sin since sind single site situation six size small so sobre
    social some something son sont soon source sources south speak speaking special specific spend spokesman
    spokesperson spokeswoman spot staff stage stand start state statement states stay step steps still stop story
    strategic strategy strength strong su subject success such suggest summary sunday support sur sure survey sus
    system systems take taken talk target targeted team technical tell temporary ten term test th than that the
    their theirs them themselves then there these they thing think third this those though thought thousand three
    through throughout thursday thus tied time times title to today together told tomorrow tonight too took top
    total toward towards trade tried trillion truly try tuesday turn twelve two type uk um un una unas und under
    understand une union unit united university unos unter unternehmen until up upcoming update updated upon us use
    used user uses using value various vehicle very via view visit vital vom von vote vous wait want war waren was
    watch way we website wednesday week weekend weeks welcome well wenn went werden were west what when where
    whether which while white who whole whom whose why wide wie will win winning wir wird with within without word
    work worker working world worth would write writer written wrong wurde wurden www y ya year years yesterday yet
    you young your zone zu zum zur été über
"""
_LISTED = frozenset(_WORDS.split())
ORDINARY = _LISTED | frozenset(stem(word) for word in _LISTED)
ORDINARY_AS_WRITTEN = _LISTED | frozenset(map(str.capitalize, _LISTED))
"""Those that are known by themselves, small or as they open a sentence, before anything is made of them."""
_COUNTRY_WORDS = """
    afghanistan africa african algeria america american angola argentina argentine armenia asia asian australia
    australian austria azerbaijan bangladesh beijing belarus belgium bolivia botswana brazil brazilian britain
    british brussels bulgaria burma cambodia cameroon canada canadian chile chilean china chinese colombia congo
    croatia cuba czech danish denmark deutschland dutch ecuador egypt england estonia ethiopia eu europe european
    finland finnish france french gabon georgia german germany ghana greece greek greenland guinea hungary iceland
    india indian indonesia indonesian iran iraq ireland irish israel israeli italian italy japan japanese jordan
    kazakhstan kenya korea korean kuwait kyrgyzstan lao laos latvia lithuania london luxembourg madagascar malawi
    malaysia malaysian mali mexican mexico moldova mongolia mongolian morocco moscow mozambique myanmar namibia
    nepal netherlands niger nigeria norway norwegian oman pakistan panama paraguay paris peru peruvian philippines
    poland polish portugal portuguese qatar republic romania russia russian rwanda saudi senegal seoul serbia sierra
    singapore slovakia slovenia somalia spain spanish states sudan sweden swedish swiss switzerland syria taiwan
    tajikistan tanzania thai thailand tokyo tunisia turkey turkish uganda uk ukraine ukrainian united uruguay usa
    uzbekistan venezuela vietnam vietnamese washington yemen zambia zimbabwe
"""
COUNTRIES = frozenset(stem(word) for word in _COUNTRY_WORDS.split())
"""Names that stand in news of every event of a country: they tell one event from another less than others do."""
