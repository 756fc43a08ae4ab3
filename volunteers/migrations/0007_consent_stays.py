"""Let a published text and a given consent stay as they were.

Whoever consented, consented to these words. So no role of the database changes or removes a text;
and of a consent nothing changes but that it is withdrawn, once.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION volunteers_consentterm_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A published consent text stays as it is: publish a new version.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER volunteers_consentterm_stays BEFORE UPDATE OR DELETE ON volunteers_consentterm
    FOR EACH ROW EXECUTE FUNCTION volunteers_consentterm_stays();

CREATE FUNCTION volunteers_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
       AND (NEW.id, NEW.volunteer_id, NEW.term_id, NEW.given_at)
           = (OLD.id, OLD.volunteer_id, OLD.term_id, OLD.given_at)
       AND NEW.given_by_id IS NOT DISTINCT FROM OLD.given_by_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A consent stays as it was given: it can be withdrawn, once.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER volunteers_consent_stays BEFORE UPDATE OR DELETE ON volunteers_consent
    FOR EACH ROW EXECUTE FUNCTION volunteers_consent_stays();
"""
BACKWARD = """
DROP TRIGGER volunteers_consent_stays ON volunteers_consent;
DROP FUNCTION volunteers_consent_stays();
DROP TRIGGER volunteers_consentterm_stays ON volunteers_consentterm;
DROP FUNCTION volunteers_consentterm_stays();
"""


class Migration(migrations.Migration):
    """Refuse every other change, whoever asks for it."""

    dependencies = [("volunteers", "0006_consents")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
