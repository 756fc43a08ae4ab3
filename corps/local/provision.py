"""Who may do what in the embedded database: three roles, one database, the same at each start.

The owner migrates. The application runs, and owns nothing. The ledger's role owns the ledger's
schema and cannot sign in; the owner may become it for a migration but inherits nothing from it.
"""

from corps.local.postgres import APP, DATABASE, LEDGER, OWNER, Postgres

PLAIN = "NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
# The names below are constants of this package, the passwords URL-safe letters and digits.
ROLES = f"""
SELECT format('CREATE ROLE %I', wanted.name)
FROM (VALUES ('{OWNER}'), ('{APP}'), ('{LEDGER}')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) \\gexec
ALTER ROLE {OWNER} {PLAIN} LOGIN {{createdb}} PASSWORD '{{owner}}';
ALTER ROLE {APP} {PLAIN} LOGIN NOCREATEDB PASSWORD '{{app}}';
ALTER ROLE {LEDGER} {PLAIN} NOLOGIN NOCREATEDB;
GRANT {LEDGER} TO {OWNER} WITH ADMIN FALSE, INHERIT FALSE, SET TRUE;
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608

RIGHTS = f"""
ALTER DATABASE {DATABASE} OWNER TO {OWNER};
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
REVOKE ALL ON DATABASE {DATABASE} FROM {APP};
GRANT CONNECT ON DATABASE {DATABASE} TO {APP};
ALTER SCHEMA public OWNER TO {OWNER};
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM {APP};
GRANT USAGE ON SCHEMA public TO {APP};
"""


LARGE_OBJECTS = """
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN
        SELECT oid FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
        AND (starts_with(proname, 'lo_') OR proname IN ('loread', 'lowrite'))
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
END $$;
"""
"""Large objects stand beside every table: no right on a table says who may write them, and nothing
that looks over tables sees them. Nothing here uses one, so nobody but the superuser may."""


def provision(server: Postgres, *, throw_away: bool) -> None:
    """Make roles and database, or bring them back to what they should be.

    `throw_away` lets the owner make databases, which tests need. Raises LocalError.
    """
    roles = ROLES.format(
        createdb="CREATEDB" if throw_away else "NOCREATEDB",
        owner=server.password(OWNER),
        app=server.password(APP),
    )
    server.run_sql(roles, database="postgres")
    server.run_sql(RIGHTS, database=DATABASE)
    for database in (DATABASE, "template1"):
        server.run_sql(LARGE_OBJECTS, database=database)
