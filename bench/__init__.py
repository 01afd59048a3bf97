"""Measurements of speed and memory; `make bench` prints them, README.md says how to read them."""
