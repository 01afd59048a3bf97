"""The world's parameters, each with its unit, meaning and source.

worlds      the world as a whole, and the other worlds made from it
retail      shoppers, stores, visits, baskets, leaving
marketing   service, surveys, points, campaigns, panel, costs
wholesale   accounts, market, visits
sales       terms, sales, leads
bonds       bonds, exits, types of relationship
"""
