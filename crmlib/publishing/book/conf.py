"""What Sphinx reads: nothing is executed, and nothing is fetched to build the book or to read it."""

from pathlib import Path

_LOOK = Path(__file__).parents[1] / "templates" / "book"

project = "Customer relationship management, checked"
html_title = project
author = ""
copyright = "Text, pictures and data: CC BY 4.0. Code: MIT"
language = "en"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False

extensions = ["myst_nb", "crmlib.publishing.book.extension"]
html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navbar_persistent": [],
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "home_page_in_toc": True,
    "search_bar_text": "Search 搜索",
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
templates_path = [str(_LOOK / "_templates")]
html_static_path = [str(_LOOK / "_static")]
html_css_files = ["book.css"]
html_additional_pages = {"search": "search.html"}
html_math_renderer = "mathml"

nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 6
myst_heading_slug_func = "crmlib.publishing.book.anchors.make_anchor"
myst_dmath_double_inline = True
