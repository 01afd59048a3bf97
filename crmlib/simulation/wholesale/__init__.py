"""Northport, the fuel wholesaler: what its accounts need, who visits them, and which rivals take them away.

simulate   all of it: begin here
calendar   months and working days
market     the price of fuel, and the seasons of the industries
leads      prospects on their way through the five stages
accounts   what an account needs and is like, and the bonds and type that the firm chose
visits     how many visits the salespeople pay, and when
contracts  framework contracts and tenders
promise    a fast delivery, promised from one month on
months     month after month: purchases, rivals' offers, fading, exit
bonds      what bonds take off the odds of losing an account
orders     orders, payments, wallets
serving    what visits, credit and reminders cost for each account
truth      what no real firm knows of its accounts
"""
