"""A version of a material stays what it was made as, and is decided about once.

The application keeps to this by its actions; the trigger holds it against a mistake there, and
against a hand at the database: it holds for the owner of the table as well.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION materials_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a version begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a version that was submitted stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.material_id, NEW.number, NEW.language_id, NEW.variety, NEW.file_id, NEW.sha256,
        NEW.pages, NEW.length, NEW.remarks, NEW.author_id, NEW.made_at)
        IS DISTINCT FROM
       (OLD.material_id, OLD.number, OLD.language_id, OLD.variety, OLD.file_id, OLD.sha256,
        OLD.pages, OLD.length, OLD.remarks, OLD.author_id, OLD.made_at)
    THEN
        RAISE EXCEPTION 'what a version is stays' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'in_review'), ('in_review', 'approved'), ('in_review', 'rejected'),
        ('approved', 'retired'))
    THEN
        RAISE EXCEPTION 'a version goes no such way' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.decided_by_id, NEW.decided_at) IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at)
        AND OLD.state <> 'in_review'
    THEN
        RAISE EXCEPTION 'a decision stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER materials_version_stays BEFORE INSERT OR UPDATE OR DELETE
    ON materials_materialversion FOR EACH ROW EXECUTE FUNCTION materials_version_stays();
"""

BACKWARD = """
DROP TRIGGER materials_version_stays ON materials_materialversion;
DROP FUNCTION materials_version_stays;
"""


class Migration(migrations.Migration):
    """Create the trigger."""

    dependencies = [("materials", "0002_when_shared")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
