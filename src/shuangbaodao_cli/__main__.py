"""``python -m shuangbaodao_cli`` is ``sbd``."""

from shuangbaodao_cli.app import main

main()
