"""What we write into a file of refused rows, so that an import knows it for ours and passes it over."""

from __future__ import annotations

HEADING = "问题"
"""The heading of the column that says what is wrong with a row."""
COMMENT_PREFIX = "sbd："
"""How the comment on a wrong cell begins."""
