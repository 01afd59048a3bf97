"""The simulated firms: the chain Osmanthus and the wholesaler Northport, from one seed."""
