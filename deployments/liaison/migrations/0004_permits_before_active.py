"""The database refuses that somebody begins whose permits are not all granted.

A permit of each kind that the deployment needs must hold on the day, in Seoul, of the move itself
(`state_since`). The permits' rows are locked until the move is through: one that lapses or is
corrected at the same moment waits. Somebody out of contact who is heard from again is not begun
anew, so a permit that lapsed meanwhile does not stand in the way.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION liaison_refuse_without_permits() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    today date := (NEW.state_since AT TIME ZONE 'Asia/Seoul')::date;
    missing bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('active', 'lost_contact') THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM liaison_permit WHERE assignment_id = NEW.id ORDER BY id FOR SHARE;
    SELECT count(*) INTO missing
    FROM liaison_permitneed AS need JOIN deployments_slot AS slot
        ON slot.deployment_id = need.deployment_id
    WHERE slot.id = NEW.slot_id AND NOT EXISTS (
        SELECT 1 FROM liaison_permit AS permit
        WHERE permit.assignment_id = NEW.id AND permit.kind_id = need.kind_id
            AND permit.state = 'granted'
            AND coalesce(permit.since, today) <= today
            AND coalesce(permit.until, today) >= today
    );
    IF missing > 0 THEN
        RAISE EXCEPTION 'permits are missing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_permits_granted';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER assignment_permits_granted
    AFTER INSERT OR UPDATE OF state ON deployments_assignment
    NOT DEFERRABLE FOR EACH ROW WHEN (NEW.state = 'active')
    EXECUTE FUNCTION liaison_refuse_without_permits();
"""

BACKWARD = """
DROP TRIGGER assignment_permits_granted ON deployments_assignment;
DROP FUNCTION liaison_refuse_without_permits();
"""


class Migration(migrations.Migration):
    """Put the constraint on assignments."""

    dependencies = [("deployments", "0003_shares_end"), ("liaison", "0003_permit_kinds")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
