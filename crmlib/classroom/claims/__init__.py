"""What the textbook claims, what was measured, and the verdict.

claims      a claim and its verdict
ledger      all claims of the course on one page
"""
