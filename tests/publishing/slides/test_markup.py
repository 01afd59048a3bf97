"""Formulas are drawn, and nothing else is taken for one."""

from crmlib.publishing.slides.markup import render_formula, render_markdown


def test_a_formula_is_drawn_and_says_itself_to_readers_without_eyes():
    drawn = render_formula(r"P(\text{left} \mid \text{satisfied}) = \frac{2}{8}")
    assert drawn.startswith('<img class="formula"')
    assert r'alt="P(\text{left} \mid \text{satisfied}) = \frac{2}{8}"' in drawn
    assert render_formula(r"\nosuchword{") == r"<code>\nosuchword{</code>"


def test_money_and_code_are_no_formulas():
    assert "<img" not in render_markdown("It costs $5 and $6, or `$x$`.")
    assert "&lt;b&gt;" in render_markdown("`<b>`")
