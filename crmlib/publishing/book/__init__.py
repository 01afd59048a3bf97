"""The whole course as a web book, made from what the notebooks store: `crm book`.

pages     Which pages the book has, and in which order
notebook  What a notebook becomes as a page
links     Where a link of the course leads in the book
lists     The pages that are written from lists: contents, glossary, data dictionary
build     All pages as a web site, with search
anchors   The anchor of a heading
extension What the book adds to Sphinx
index     The index that searches the book
crawl     A walk over all links
serve     The book on this computer's own address
conf      What Sphinx reads
command   The command itself
"""
