"""Northport, the fuel wholesaler: accounts, market, visits, contracts, leads. Begin with `simulate`."""
