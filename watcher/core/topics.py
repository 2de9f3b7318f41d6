"""The titles of event types, as a section head or a label says them; it never decides a type.

Source: the 24 event types and 2 noise types of the project's taxonomy.
"""

from __future__ import annotations

OTHER = "other"

_TITLES = {
    "export_control": "Export controls",
    "entity_listing": "Entity lists",
    "enforcement_action": "Enforcement",
    "trade_measure": "Trade measures",
    "price_floor": "Price floors",
    "stockpile": "Public stockpiles",
    "government_funding": "Public money",
    "legislation": "Legislation",
    "rulemaking_notice": "Rules and notices",
    "policy_statement": "Policy",
    "permit_approval": "Permits",
    "deadline_expiry": "Deadlines",
    "private_financing": "Private money",
    "offtake_agreement": "Offtake",
    "mou_partnership": "Partnerships",
    "acquisition": "Acquisitions",
    "capacity_expansion": "New capacity",
    "production_milestone": "Production milestones",
    "production_halt": "Supply stops",
    "recycling": "Recycling",
    "certification": "Certification",
    "exploration_result": "Exploration",
    "market_move": "Markets",
    "research_study": "Studies",
    "corporate_admin": "Company matters",
    "commentary": "Commentary",
    OTHER: "Other news",
}


def topic_title(event_type: str | None) -> str:
    """The title of a topic; a type of the user's own reads as its name without underscores."""
    if event_type is None:
        return _TITLES[OTHER]
    return _TITLES.get(event_type, event_type.replace("_", " ").capitalize())
