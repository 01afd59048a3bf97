"""A course on customer relationship management: its library.

Read it chapter by chapter: `CHAPTERS` names the packages of each chapter. The first lines of a package tell
which question each of its modules answers. They stand on a shared floor: `tables` (what the tables hold, and
what is refused), `datasets` (load them), `charts` (colours by meaning, sliders), `estimates` (a value with
its interval), `customers` (what is known of a customer), `trials` (what chance decided).

    from crmlib.datasets import load_receipts
    from crmlib.satisfaction import score_top_two

Importing crmlib loads nothing; each package loads what it needs when it is used.
"""

# Every part of the course in the order in which it is read, with the packages that it teaches. This is the
# only list: what has none and no text yet is planned, or reads what the others teach.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "00_start_here": (),
    "01_relationship_marketing": ("relationship_marketing",),
    "02_relationship_types": ("relationship_types",),
    "03_lifecycle": ("lifecycle",),
    "04_satisfaction_and_loyalty": ("satisfaction", "loyalty"),
    "05_churn_and_recovery": ("churn", "recovery"),
    "06_finding_customers": ("prospects",),
    "07_customer_value": ("value",),
    "08_tiers_and_key_accounts": ("tiers",),
    "09_improving_relationships": ("improving",),
    "case_drugstore_chain": (),
    "case_fuel_wholesaler": (),
    "exam_review": (),
}
