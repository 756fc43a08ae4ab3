"""The bytes over which an entry's hash is taken: every column, in one JSON array on one line.

They are made by an expression that stands in our own statements, over a row `e` of the ledger: a
function in the database could be replaced by whoever owns it, and say of an altered entry what it
said before. What they call is PostgreSQL's own, and named so that nothing stands in its place.
Texts stand together, and times: `array_to_json` looks up a type once for all of them,
`json_build_array` for each anew, which takes twice the time. Nothing in it depends on what the
session shows.
"""

CANONICAL = """pg_catalog.convert_to(pg_catalog.concat(
    '[', e.number, ',"', e.id, '",',
    pg_catalog.array_to_json(ARRAY[e.at AT TIME ZONE 'UTC', e.written_at AT TIME ZONE 'UTC']),
    ',"', e.xact, '",',
    pg_catalog.array_to_json(ARRAY[
        e.written_by::text, e.actor_kind, e.actor_id, e.actor, e.door, e.verb, e.object,
        e.desk, e.reason, e.request_id
    ]),
    ',', pg_catalog.array_to_json(e.about), ',', e.facts, ']'
), 'UTF8')"""

HASH = f"pg_catalog.sha256('\\x00'::bytea || {CANONICAL})"
"""The hash of an entry as a leaf of the tree (RFC 6962, section 2.1)."""
