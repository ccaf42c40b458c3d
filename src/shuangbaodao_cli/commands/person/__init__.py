"""``sbd person``, ``sbd org`` and ``sbd privacy``: rights of persons, and duplicates.

``consent`` registers and withdraws consent, ``export`` hands out all that is held about a person, ``forget`` erases
somebody, ``privacy`` prints the inventory of personal data; all of them by ``ledger.privacy``. ``merge`` serves
persons and organisations alike, by ``ledger.duplicates``.

``forget`` asks first, and lists what still mentions the person afterwards; what cannot be undone needs a yes.
"""
