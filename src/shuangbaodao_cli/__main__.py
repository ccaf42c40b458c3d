"""``python -m shuangbaodao_cli`` is ``sbd``."""

from shuangbaodao_cli.cli.app import main

main()
