"""What was sent: a report stored on the day it goes out, and the way from its figures to those of today.

``freeze`` stores the answer, as a text that is the same for the same facts, with the rows behind it, and checks that
the rows add up to the figures. ``bridge`` compares the stored rows with those of today, has ``movements`` explain
each difference by the command that made it, and prints sent + new + late + corrected + voided = now. The tables
``frozen`` and ``frozen_row`` belong to ``ledger.snapshots``.

Invariants: what was sent is never changed, and every later version must be able to read it. The lines of a bridge add
up, or it is not printed. Only reports whose figures come from activities, participations and look-backs can be traced
row by row (``TRACEABLE_REPORTS``); the others are stored as text alone.
"""
