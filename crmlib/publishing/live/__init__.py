"""Chapters that run in a web page, without installing anything: `crm book --live`.

pyodide  The Python for web pages, as whoever deploys has downloaded it: whether it fits, what is needed
wheels   The course and its pure Python packages as wheels
lock     Which wheels that Python loads
site     A JupyterLab for web pages with all of it inside
"""
