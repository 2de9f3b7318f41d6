"""The types of event that a rule, a query or a digest can name; never says how one is recognised in a text.

Source: corpus taxonomy, 24 types and 2 noise types.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "export_control": "Export control",
        "entity_listing": "Entity listing",
        "enforcement_action": "Enforcement action",
        "trade_measure": "Trade measure",
        "price_floor": "Price floor",
        "stockpile": "Stockpile",
        "government_funding": "Government funding",
        "legislation": "Legislation",
        "rulemaking_notice": "Rulemaking notice",
        "policy_statement": "Policy statement",
        "permit_approval": "Permit",
        "deadline_expiry": "Deadline",
        "private_financing": "Private financing",
        "offtake_agreement": "Offtake agreement",
        "mou_partnership": "Memorandum or partnership",
        "acquisition": "Acquisition",
        "capacity_expansion": "Capacity expansion",
        "production_milestone": "Production milestone",
        "production_halt": "Production halt",
        "recycling": "Recycling",
        "certification": "Certification",
        "exploration_result": "Exploration result",
        "market_move": "Market move",
        "research_study": "Research or study",
        "corporate_admin": "Corporate housekeeping",
        "commentary": "Commentary",
    }
)

SOURCE_HEALTH = "source_health"
"""What happens to a source itself; no event in the world, so that `any` leaves it out."""

NOISE: frozenset[str] = frozenset({"corporate_admin", "commentary"})
"""Types that `event:any` leaves out."""
