"""The review on one page for a phone or any browser, without Python and network: `crm revise`.

content     Cards, lists, exam items, figures and disagreements as the page reads them
page        All of it on one page, with the script that asks and marks
"""
