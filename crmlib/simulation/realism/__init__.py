"""Is the firm like a real one? Targets, the causes behind them, and a report.

targets      every target with its limits and its evidence
shape        what the tables look like: shares, spreads, shapes
behaviour    what people do: staying, leaving, answering, responding
persistence  who stays on top: heavy buyers from one period to the next
view         the tables as the targets need them
causes       what causes what: the causal diagram
report       targets over several seeds, as a page
"""
