"""Tables as one web page that needs nothing beside it: no script, nothing fetched, prints on A4.

``page`` writes the page and its tables, ``charts`` draws numbers over months as SVG and shades cells, ``style`` is
the CSS for screen, telephone and paper. What the page has stated once, a period or a definition, is not repeated
below. Every text passes through ``page`` escaped, and the page forbids scripts by its own policy.
"""
