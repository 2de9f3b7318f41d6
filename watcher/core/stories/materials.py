"""Single materials: what an act on one of them says nothing of another by. Families, mixtures and products are none.

Never looked at for their names, which are the lexicon's: these are its ids.
"""

from __future__ import annotations

_IDS = (
    "aluminium antimony arsenic barite beryllium bismuth boron caesium cerium chromium cobalt copper dysprosium "
    "erbium europium feldspar fluorspar gadolinium gallium germanium gold graphite hafnium helium holmium indium "
    "iridium lanthanum lead lithium lutetium magnesium manganese metallurgical_coal molybdenum neodymium nickel "
    "niobium osmium palladium phosphate platinum potash praseodymium promethium rhenium rhodium rubidium "
    "ruthenium samarium scandium selenium silicon silver strontium tantalum tellurium terbium thulium tin "
    "titanium tungsten uranium vanadium ytterbium yttrium zinc zirconium "
)
SINGLE_MATERIALS = frozenset(_IDS.split())
"""Ids of elements and minerals. Source: the periodic table; lists of critical raw materials of the EU and the US."""
