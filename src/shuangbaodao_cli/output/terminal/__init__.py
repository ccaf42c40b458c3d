"""Tables on the screen.

``screen`` is the entry: plain aligned text in a pipe, frames at a terminal. ``frame`` draws the frames with rich.
``layout`` decides how wide each column is and which columns move into a frame below, so that no figure is folded;
``sparklines`` adds a column of bars or a course in block characters, where there is room for it.

What the data hold cannot steer the terminal: ``values.text.replace_controls`` has made it visible before rich sees
it.
"""
