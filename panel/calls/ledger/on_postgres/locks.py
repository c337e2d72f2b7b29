"""The advisory locks of a ledger in PostgreSQL, all in one place, so that their order can be seen."""

from __future__ import annotations

#: Advisory locks over the whole ledger. A pair of numbers never meets the single one that a key is locked by.
_OURS = 1_885_433_445  # "pane" as bytes
LOCK_MAKING = f"SELECT pg_advisory_xact_lock({_OURS}, 1)"
LOCK_ADDING = f"SELECT pg_advisory_xact_lock({_OURS}, 2)"
LOCK_MAKING_JOBS = f"SELECT pg_advisory_xact_lock({_OURS}, 4)"
#: Whoever stores a request shares it, whoever takes texts out holds it alone: none goes that is needed.
SHARE_TEXTS = f"SELECT pg_advisory_xact_lock_shared({_OURS}, 3)"
LOCK_TEXTS = f"SELECT pg_advisory_xact_lock({_OURS}, 3)"
#: Advisory locks by name, taken in this order and after the one of a key: none waits for another in a circle.
#: Whoever decides about a run's money holds it alone, whoever else claims for it shares it: so calls of a run
#: become visible in the order of their ids.
LOCK_RUN = f"SELECT pg_advisory_xact_lock({_OURS + 1}, hashtext(%s))"
SHARE_RUN = f"SELECT pg_advisory_xact_lock_shared({_OURS + 1}, hashtext(%s))"
LOCK_MODEL = f"SELECT pg_advisory_xact_lock({_OURS + 2}, hashtext(%s))"
#: Every connection of an owner holds this as long as the server works for it: a reply that a dead process had
#: handed over may still be on its way to the disk. Nobody but an owner takes it for longer than a claim.
BE_PRESENT = f"SELECT pg_advisory_lock_shared({_OURS + 3}, hashtext(%s))"
IS_ABSENT = f"SELECT pg_try_advisory_xact_lock({_OURS + 3}, hashtext(%s)) AS absent"
