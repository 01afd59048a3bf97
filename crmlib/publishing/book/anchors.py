"""The anchor of a heading, written as JupyterLab writes it, so that a link leads there in both."""


def make_anchor(title: str) -> str:
    """Return the anchor of a heading.

    >>> make_anchor("Who will buy?")
    'Who-will-buy?'
    """
    return title.strip().replace(" ", "-")
