"""A course on customer relationship management: its library."""
