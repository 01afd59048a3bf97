"""Osmanthus, the drugstore chain: people, visits, baskets, problems, leaving. Begin with `simulate`."""
