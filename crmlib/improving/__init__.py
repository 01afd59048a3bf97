"""Chapter 9, improving relationships (提升客户关系)."""

__all__: list[str] = []
