"""The proof of what ``sbd`` promises: faults, kills and crowds, and for each promise a mutant that must be caught."""
