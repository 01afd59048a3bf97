"""Chapter 7, customer value (客户价值)."""

__all__: list[str] = []
