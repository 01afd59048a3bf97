"""Chapter 6, finding customers (客户开发)."""

__all__: list[str] = []
