"""What a sealed file is stays: its key, its size, its hash and what was found in it.

Letters and materials name files by their row; a row that was altered would let another content
pass for what was approved. A file may still be removed as a whole.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION vault_sealedfile_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sealed file stays' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER vault_sealedfile_stays BEFORE UPDATE ON vault_sealedfile FOR EACH ROW
    WHEN (NEW IS DISTINCT FROM OLD) EXECUTE FUNCTION vault_sealedfile_stays();
"""

BACKWARD = """
DROP TRIGGER vault_sealedfile_stays ON vault_sealedfile;
DROP FUNCTION vault_sealedfile_stays;
"""


class Migration(migrations.Migration):
    """Create the trigger."""

    dependencies = [("vault", "0004_sealed_files")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
