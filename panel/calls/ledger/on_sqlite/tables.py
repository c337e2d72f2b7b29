"""The tables of a ledger in SQLite, and how those of an earlier version become today's."""

from __future__ import annotations

VERSION = "3"

TABLES = """
BEGIN;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE parts (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE requests (key TEXT PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE owners (  -- which process sent a call, should it die before the reply
  id TEXT PRIMARY KEY,
  machine TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started TEXT,
  beat REAL NOT NULL  -- its last sign of life, in seconds since 1970
);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL,
  key TEXT NOT NULL REFERENCES requests (key),
  run TEXT NOT NULL,
  tool TEXT NOT NULL,
  persona TEXT NOT NULL,
  model TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'settled', 'abandoned', 'maybe_paid')),
  reserved_usd REAL,
  status INTEGER,
  headers TEXT NOT NULL DEFAULT '{}',
  body BLOB,
  body_hash TEXT,
  usage TEXT,
  cost_usd REAL,
  why TEXT,
  started TEXT NOT NULL,
  finished TEXT,
  owner TEXT  -- NULL where it is not known: then nobody waits for it
);
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL);  -- what a later run goes on from
CREATE TABLE departures (  -- how many calls were granted, second by second, as long as that bounds others
  model TEXT NOT NULL,
  second INTEGER NOT NULL,  -- since 1970
  requests INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  PRIMARY KEY (model, second)
) WITHOUT ROWID;
CREATE INDEX calls_by_key ON calls (key, id);
CREATE INDEX calls_by_run ON calls (run, id);
CREATE UNIQUE INDEX calls_by_uid ON calls (uid);
CREATE INDEX calls_by_owner ON calls (owner);
CREATE INDEX calls_open ON calls (model) WHERE state = 'open';
INSERT INTO meta VALUES ('version', '{version}');
COMMIT;
PRAGMA journal_mode = WAL;
""".replace("{version}", VERSION)

#: By the version they start from: statements that lead to the next one, in one transaction.
MIGRATIONS: dict[str, tuple[str, ...]] = {
    # 1 did not name calls across ledgers, nor their model; its owners had no machine; it had no marks.
    "1": (
        "ALTER TABLE calls ADD COLUMN uid TEXT NOT NULL DEFAULT ''",
        "UPDATE calls SET uid = 'v1/' || run || '/' || id",
        "CREATE UNIQUE INDEX calls_by_uid ON calls (uid)",
        "ALTER TABLE calls ADD COLUMN model TEXT NOT NULL DEFAULT ''",
        """UPDATE calls SET model = coalesce((
             SELECT json_extract(json, '$.provider') || ':' || json_extract(json, '$.model')
             FROM requests WHERE requests.key = calls.key AND json_valid(json)), '')""",
        "ALTER TABLE calls ADD COLUMN owner TEXT",
        "CREATE INDEX calls_by_owner ON calls (owner)",
        "ALTER TABLE calls DROP COLUMN owner_pid",
        "ALTER TABLE calls DROP COLUMN owner_started",
        """CREATE TABLE owners (id TEXT PRIMARY KEY, machine TEXT NOT NULL, pid INTEGER NOT NULL,
             started TEXT, beat REAL NOT NULL)""",
        "CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "UPDATE meta SET value = '2' WHERE name = 'version'",
    ),
    # 2 did not know how many calls left when, nor which are open without reading them all.
    "2": (
        """CREATE TABLE departures (model TEXT NOT NULL, second INTEGER NOT NULL,
             requests INTEGER NOT NULL, tokens INTEGER NOT NULL,
             PRIMARY KEY (model, second)) WITHOUT ROWID""",
        "CREATE INDEX calls_open ON calls (model) WHERE state = 'open'",
        "UPDATE meta SET value = '3' WHERE name = 'version'",
    ),
}
