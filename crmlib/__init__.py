"""A course on customer relationship management: its library.

Read it chapter by chapter: `CHAPTERS` names the modules of each chapter, in the order in which the chapter
needs them. All of them stand on the ground floor: `tables` (what the tables hold), `datasets` (load and
describe them), `charts` (colours by meaning, sliders) and `estimates` (a value with its interval).

    from crmlib.datasets import load_receipts
    from crmlib.satisfaction import score_top_two

Importing crmlib loads nothing; each module loads what it needs when it is used.
"""

CHAPTERS = {
    "00_start_here": ("tables", "datasets", "first_look"),
    "01_relationship_marketing": (
        "crm_systems",
        "customer_files",
        "idic",
        "relationship_marketing",
        "offer_policies",
        "purchase_likelihood",
        "pattern_search",
        "precision_marketing",
        "share_of_customer",
        "bonds",
        "bond_protection",
        "frequency_rewards",
    ),
    "02_relationship_types": (
        "buying",
        "customer_states",
        "customer_scales",
        "lost_offers",
        "dimensions",
        "customer_change",
        "movers",
        "relationship_types",
        "type_fit",
        "trust_matrix",
        "expected_value",
    ),
    "03_lifecycle": (
        "rfm",
        "lifecycle",
        "stage_truth",
        "silence",
        "next_purchase",
        "transitions",
        "stage_money",
        "fading",
        "ending",
        "tenure",
    ),
    "04_satisfaction_and_loyalty": (
        "satisfaction",
        "response",
        "repurchase",
        "base_rate",
        "repurchase_curve",
        "repurchase_model",
        "word_of_mouth",
        "service",
        "points_ledger",
        "points",
        "points_rules",
        "fee",
        "card",
        "loyalty",
        "trials",
        "winning",
    ),
    "05_churn_and_recovery": (
        "churn",
        "survival",
        "frailty",
        "churn_model",
        "churn_ranking",
        "churn_threshold",
        "leaving_causes",
        "complaints",
        "recovery",
        "paradox",
        "triage",
        "win_back",
    ),
}
