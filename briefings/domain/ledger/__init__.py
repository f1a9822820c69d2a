"""The ledger: what regulators told trusts to do, or found without an order, and what followed.

Everything here is derived from the events in all visible briefings. Status and age are as last
recorded and do not depend on the current time; only deadlines are compared with now.
"""
