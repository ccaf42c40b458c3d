"""sbd: keeps the record of 双报到 work in a community."""

__version__ = "0.1.0"
