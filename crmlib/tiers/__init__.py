"""Chapter 8, tiers and key accounts (客户分级与大客户)."""

__all__: list[str] = []
