"""Checks of the tables.

`errors` says what a message contains, `headers` and `columns` look at one frame, `engine` puts them
together, `retail` and `wholesale` add the laws of each table, `firm` compares all tables, `repairs` mends
what spreadsheets do. Use them through `crmlib.tables`.
"""
