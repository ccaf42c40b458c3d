"""Text that cannot steer a terminal."""

from __future__ import annotations

import re

_UNSEEN = r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"


def visible(text: str) -> str:
    """The text with every control, direction and zero-width character replaced by a mark."""
    return text if text.isprintable() else re.sub(_UNSEEN, lambda found: "⏎" if found[0] == "\n" else "␛", text)
