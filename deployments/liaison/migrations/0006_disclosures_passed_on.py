"""What was told stands for each agency that got it, and an attachment says that it tells.

A row that a referral brought is entered long after its letter was submitted: it stands if the
letter told the same of the same volunteer before.
"""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
DROP TRIGGER liaison_disclosure_stays ON liaison_disclosure;
CREATE TRIGGER liaison_disclosure_planned BEFORE INSERT ON liaison_disclosure
    FOR EACH ROW WHEN (NEW.referral_id IS NULL) EXECUTE FUNCTION liaison_part_stays();
CREATE TRIGGER liaison_disclosure_stays BEFORE DELETE ON liaison_disclosure
    FOR EACH ROW EXECUTE FUNCTION liaison_part_stays();

CREATE FUNCTION liaison_disclosure_passed_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.disclosed_at IS NULL OR NOT EXISTS (
        SELECT 1 FROM liaison_disclosure told
            JOIN liaison_letter letter ON letter.id = told.letter_id
            JOIN liaison_referral referral ON referral.case_id = letter.case_id
        WHERE told.letter_id = NEW.letter_id AND told.volunteer_id = NEW.volunteer_id
            AND told.referral_id IS NULL AND told.disclosed_at IS NOT NULL
            AND told.fields = NEW.fields AND told.purpose = NEW.purpose
            AND told.consent_id = NEW.consent_id
            AND referral.id = NEW.referral_id AND referral.to_agency_id = NEW.agency_id)
    THEN
        RAISE EXCEPTION 'only what was told is passed on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER liaison_disclosure_passed_on BEFORE INSERT ON liaison_disclosure
    FOR EACH ROW WHEN (NEW.referral_id IS NOT NULL)
    EXECUTE FUNCTION liaison_disclosure_passed_on();

DROP TRIGGER liaison_disclosure_is_what_was_approved ON liaison_disclosure;
CREATE TRIGGER liaison_disclosure_is_what_was_approved
    BEFORE UPDATE OF letter_id, volunteer_id, agency_id, referral_id ON liaison_disclosure
    FOR EACH ROW
    WHEN (ROW(NEW.letter_id, NEW.volunteer_id, NEW.agency_id, NEW.referral_id)
          IS DISTINCT FROM
          ROW(OLD.letter_id, OLD.volunteer_id, OLD.agency_id, OLD.referral_id))
    EXECUTE FUNCTION liaison_part_stays();
"""

BACKWARD = """
DROP TRIGGER liaison_disclosure_is_what_was_approved ON liaison_disclosure;
CREATE TRIGGER liaison_disclosure_is_what_was_approved
    BEFORE UPDATE OF letter_id, volunteer_id, agency_id, fields, purpose ON liaison_disclosure
    FOR EACH ROW
    WHEN (ROW(NEW.letter_id, NEW.volunteer_id, NEW.agency_id)
          IS DISTINCT FROM ROW(OLD.letter_id, OLD.volunteer_id, OLD.agency_id))
    EXECUTE FUNCTION liaison_part_stays();
DROP TRIGGER liaison_disclosure_passed_on ON liaison_disclosure;
DROP FUNCTION liaison_disclosure_passed_on;
DROP TRIGGER liaison_disclosure_stays ON liaison_disclosure;
DROP TRIGGER liaison_disclosure_planned ON liaison_disclosure;
CREATE TRIGGER liaison_disclosure_stays BEFORE INSERT OR DELETE
    ON liaison_disclosure FOR EACH ROW EXECUTE FUNCTION liaison_part_stays();
"""


class Migration(migrations.Migration):
    """Add `referral` and `discloses`, and hold both."""

    dependencies = [("liaison", "0005_letters_stay")]

    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="referral",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disclosures",
                to="liaison.referral",
                verbose_name="referral",
            ),
        ),
        migrations.RemoveConstraint(model_name="disclosure", name="disclosure_once"),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                fields=("letter", "volunteer", "referral"),
                name="disclosure_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="letterattachment",
            name="discloses",
            field=models.BooleanField(default=False, verbose_name="discloses identity"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
