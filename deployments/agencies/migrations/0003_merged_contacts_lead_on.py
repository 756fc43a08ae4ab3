"""Whoever names a contact in the moment in which it is merged into another one is led on."""

from django.db import migrations

LEAD_ON = """
CREATE FUNCTION agencies_contact_lead_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    merged uuid;
BEGIN
    -- Waits for a merge under way, which holds the row, and then reads what it wrote.
    SELECT merged_into_id INTO merged FROM agencies_contact WHERE id = NEW.contact_id
        FOR KEY SHARE;
    IF merged IS NOT NULL THEN
        NEW.contact_id := merged;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letter_contact_leads_on BEFORE INSERT OR UPDATE OF contact_id ON liaison_letter
    FOR EACH ROW WHEN (NEW.contact_id IS NOT NULL) EXECUTE FUNCTION agencies_contact_lead_on();
CREATE TRIGGER delivery_contact_leads_on BEFORE INSERT OR UPDATE OF contact_id ON materials_delivery
    FOR EACH ROW WHEN (NEW.contact_id IS NOT NULL) EXECUTE FUNCTION agencies_contact_lead_on();
"""
BACK = """
DROP TRIGGER delivery_contact_leads_on ON materials_delivery;
DROP TRIGGER letter_contact_leads_on ON liaison_letter;
DROP FUNCTION agencies_contact_lead_on;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_contacts"),
        ("liaison", "0001_initial"),
        ("materials", "0001_initial"),
    ]

    operations = [migrations.RunSQL(LEAD_ON, BACK)]
