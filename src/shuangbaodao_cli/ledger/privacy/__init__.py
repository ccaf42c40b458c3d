"""Privacy: consent, an inventory of personal data, and the erasure of a person.

How far a fact may go is part of its value type (``values.types.PrivacyClass``, ``model.record.privacy_class_of``);
labels, exports and the inventory all go by that. ``consents`` registers and ends consents. ``inventory`` lists which
columns hold personal data, who saw whole numbers, what was sent, and who can read the files.

Erasure: ``mentions`` makes the patterns that find a person in free text. ``redaction`` plans which cells of which
rows change and to what, with ``command_redaction`` for commands as they were typed and for problems of imports.
``erase`` puts the original hash of every such row by in ``forgotten``, which the chain takes in its place, and writes
the plan; ``compact`` then overwrites what SQLite left in the file. ``residue`` finds beforehand what stays out of
reach: attachments, sent reports, records named after the person, backups.

Invariants: an erased person stays in every count, with unit and community. An erasure cannot be undone. Care
recipients are kept for another purpose and are never redacted.
"""
