"""Osmanthus, the drugstore chain: who shops there, what happens at each visit, and what is written down.

simulate    all of it, in chunks of members: begin here
chain       what all members share
calendar    days, weeks, season, times of day
stores      stores, competition, queues
products    the assortment and its promotions
people      shoppers, and who of them takes the card
campaigns   who is in a campaign, in which arm, and what the arm would do
state       a chunk of members in the middle of a week, and what is kept of it
history     week after week: campaigns, visits, purchases, problems, leaving
visits      who comes, to which store, when
buying      at the till: coupons, points, what the firm learns
baskets     which products, how many, at which price
points      points accounts and the ledger
problems    problems and complaints of a week, and what they do to satisfaction
service     what goes wrong, who complains, how it is put right
leaving     why customers leave
receipts    the tables of receipts, lines and returns
members     the table of members, and who brought whom
complaints  the tables of problems and complaints
surveys     who is asked, who answers, and what
outcomes    contacts of campaigns, and what every arm would have brought
costs       what marketing costs, and the stores of the acquisition trial
serving     what serving each member costs beyond the goods
panel       a panel of shoppers at five chains
truth       what no real firm knows of its members
"""
