"""A letter begins as a draft, and how it was sent changes only where it is sent.

What stays was held against changes and removal; a whole letter could still be put in as one that
was sent already, with another file and nobody's approval.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION liaison_letter_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' OR NEW.sent_through <> '' OR NEW.receipt_by <> ''
        OR num_nonnulls(NEW.text_hash, NEW.pdf_id, NEW.pdf_hash, NEW.sent_by_id, NEW.sent_at,
            NEW.message_id, NEW.receipt_at, NEW.receipt_scan_id) > 0
    THEN
        RAISE EXCEPTION 'a letter begins as a draft' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER liaison_letter_begins BEFORE INSERT ON liaison_letter
    FOR EACH ROW EXECUTE FUNCTION liaison_letter_begins();

CREATE FUNCTION liaison_letter_sending_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'how a letter was sent stays' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER liaison_letter_sending_stays BEFORE UPDATE ON liaison_letter FOR EACH ROW
    WHEN (ROW(NEW.sent_by_id, NEW.sent_at, NEW.sent_through, NEW.message_id)
          IS DISTINCT FROM ROW(OLD.sent_by_id, OLD.sent_at, OLD.sent_through, OLD.message_id)
          AND NOT (NEW.state = 'sent' AND OLD.state <> 'sent'))
    EXECUTE FUNCTION liaison_letter_sending_stays();
"""

BACKWARD = """
DROP TRIGGER liaison_letter_sending_stays ON liaison_letter;
DROP TRIGGER liaison_letter_begins ON liaison_letter;
DROP FUNCTION liaison_letter_sending_stays;
DROP FUNCTION liaison_letter_begins;
"""


class Migration(migrations.Migration):
    """Create the triggers."""

    dependencies = [("liaison", "0007_nobody_holds_what_is_with_us")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
