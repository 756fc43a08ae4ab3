"""What was submitted, approved and sent stays as it was, whoever speaks to the database.

The application keeps to these rules by its actions; the triggers hold them against a mistake there,
and against a hand at the database: they hold for the owner of the tables as well. Each looks at the
letter under a lock, so that none decides by a state that is just being left.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION liaison_letter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest bigint;
    given int;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a letter that was submitted stays' USING ERRCODE = 'check_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (NEW.case_id, NEW.number, NEW.kind, NEW.agency_id, NEW.language, NEW.data_key_id,
        NEW.author_id, NEW.written_at)
        IS DISTINCT FROM
       (OLD.case_id, OLD.number, OLD.kind, OLD.agency_id, OLD.language, OLD.data_key_id,
        OLD.author_id, OLD.written_at)
    THEN
        RAISE EXCEPTION 'what a letter is stays' USING ERRCODE = 'check_violation';
    END IF;
    -- Two records of one contact may become one meanwhile: then the letter names the one kept.
    IF OLD.state NOT IN ('draft', 'returned')
        AND (NEW.discloses IS DISTINCT FROM OLD.discloses
            OR (NEW.contact_id IS DISTINCT FROM OLD.contact_id
                AND NEW.contact_id IS DISTINCT FROM
                    (SELECT merged_into_id FROM agencies_contact WHERE id = OLD.contact_id)))
    THEN
        RAISE EXCEPTION 'a letter in review stays' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.text_hash, NEW.pdf_id, NEW.pdf_hash)
        IS DISTINCT FROM (OLD.text_hash, OLD.pdf_id, OLD.pdf_hash)
        AND NOT (OLD.state = 'submitted' AND NEW.state = 'approved')
    THEN
        RAISE EXCEPTION 'an approved letter stays' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.receipt_at IS NOT NULL
        AND (NEW.receipt_by, NEW.receipt_at, NEW.receipt_scan_id)
            IS DISTINCT FROM (OLD.receipt_by, OLD.receipt_at, OLD.receipt_scan_id)
    THEN
        RAISE EXCEPTION 'a receipt stays' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF OLD.sent_at IS NOT NULL AND NEW.state NOT IN ('sent', 'acknowledged', 'bounced') THEN
        RAISE EXCEPTION 'a letter that was sent stays sent' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'discarded'
        OR (OLD.state = 'submitted' AND NEW.state NOT IN ('approved', 'returned'))
        OR (OLD.state = 'approved' AND NEW.state NOT IN ('sent', 'discarded'))
    THEN
        RAISE EXCEPTION 'a letter goes no such way' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'sent' AND OLD.state NOT IN ('approved', 'bounced') THEN
        RAISE EXCEPTION 'only an approved letter is sent' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' THEN
        SELECT id INTO latest FROM liaison_letterversion
            WHERE letter_id = NEW.id ORDER BY number DESC LIMIT 1;
        SELECT count(DISTINCT approver_id) INTO given FROM liaison_letterapproval
            WHERE version_id = latest AND approver_id <> NEW.author_id;
        IF OLD.state <> 'submitted' OR given < (CASE WHEN NEW.discloses THEN 2 ELSE 1 END)
            OR NEW.text_hash IS NULL OR NEW.pdf_id IS NULL OR NEW.pdf_hash IS NULL
            OR NEW.text_hash <> (SELECT text_hash FROM liaison_letterversion WHERE id = latest)
        THEN
            RAISE EXCEPTION 'an approval is missing' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER liaison_letter_stays BEFORE UPDATE OR DELETE ON liaison_letter
    FOR EACH ROW EXECUTE FUNCTION liaison_letter_stays();

CREATE FUNCTION liaison_part_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part record;
    stands text;
BEGIN
    IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a part of a letter stays' USING ERRCODE = 'check_violation';
    END IF;
    SELECT state INTO stands FROM liaison_letter WHERE id = part.letter_id FOR SHARE;
    IF stands NOT IN ('draft', 'returned') THEN
        RAISE EXCEPTION 'a letter in review stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN part;
END $$;

CREATE TRIGGER liaison_letterversion_stays BEFORE INSERT OR UPDATE OR DELETE
    ON liaison_letterversion FOR EACH ROW EXECUTE FUNCTION liaison_part_stays();
CREATE TRIGGER liaison_letterattachment_stays BEFORE INSERT OR UPDATE OR DELETE
    ON liaison_letterattachment FOR EACH ROW EXECUTE FUNCTION liaison_part_stays();
CREATE TRIGGER liaison_disclosure_stays BEFORE INSERT OR DELETE
    ON liaison_disclosure FOR EACH ROW EXECUTE FUNCTION liaison_part_stays();
CREATE TRIGGER liaison_disclosure_is_what_was_approved
    BEFORE UPDATE OF letter_id, volunteer_id, agency_id, fields, purpose ON liaison_disclosure
    FOR EACH ROW
    WHEN (ROW(NEW.letter_id, NEW.volunteer_id, NEW.agency_id)
          IS DISTINCT FROM ROW(OLD.letter_id, OLD.volunteer_id, OLD.agency_id))
    EXECUTE FUNCTION liaison_part_stays();

CREATE FUNCTION liaison_disclosure_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stands text;
BEGIN
    SELECT state INTO stands FROM liaison_letter WHERE id = OLD.letter_id FOR SHARE;
    IF stands NOT IN ('draft', 'returned') THEN
        RAISE EXCEPTION 'a letter in review stays' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER liaison_disclosure_content_stays
    BEFORE UPDATE OF fields, purpose ON liaison_disclosure FOR EACH ROW
    WHEN (NEW.fields IS DISTINCT FROM OLD.fields OR NEW.purpose IS DISTINCT FROM OLD.purpose)
    EXECUTE FUNCTION liaison_disclosure_content_stays();

CREATE FUNCTION liaison_approval_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    letter record;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'an approval stays' USING ERRCODE = 'check_violation';
    END IF;
    SELECT l.id, l.state, l.author_id INTO letter
        FROM liaison_letter l JOIN liaison_letterversion v ON v.letter_id = l.id
        WHERE v.id = NEW.version_id FOR SHARE OF l;
    IF letter.state <> 'submitted' OR letter.author_id <> NEW.author_id
        OR NEW.version_id <> (SELECT id FROM liaison_letterversion
            WHERE letter_id = letter.id ORDER BY number DESC LIMIT 1)
        OR EXISTS (SELECT 1 FROM liaison_letterversion
            WHERE letter_id = letter.id AND written_by_id = NEW.approver_id)
    THEN
        RAISE EXCEPTION 'somebody else approves the version that was submitted'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER liaison_approval_counts BEFORE INSERT OR UPDATE OR DELETE
    ON liaison_letterapproval FOR EACH ROW EXECUTE FUNCTION liaison_approval_counts();
"""

BACKWARD = """
DROP TRIGGER liaison_approval_counts ON liaison_letterapproval;
DROP TRIGGER liaison_disclosure_content_stays ON liaison_disclosure;
DROP TRIGGER liaison_disclosure_is_what_was_approved ON liaison_disclosure;
DROP TRIGGER liaison_disclosure_stays ON liaison_disclosure;
DROP TRIGGER liaison_letterattachment_stays ON liaison_letterattachment;
DROP TRIGGER liaison_letterversion_stays ON liaison_letterversion;
DROP TRIGGER liaison_letter_stays ON liaison_letter;
DROP FUNCTION liaison_approval_counts;
DROP FUNCTION liaison_disclosure_content_stays;
DROP FUNCTION liaison_part_stays;
DROP FUNCTION liaison_letter_stays;
"""


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [("liaison", "0004_permits_before_active")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
