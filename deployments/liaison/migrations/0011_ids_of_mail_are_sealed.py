"""The Message-ID of an e-mail that came as a reply is sealed with what it says."""

from django.db import migrations


class Migration(migrations.Migration):
    """Drop it in plain, and with it that one mail is one mail across all cases."""

    dependencies = [("liaison", "0010_granted_permits_lapse")]

    operations = [
        migrations.RemoveConstraint(model_name="reply", name="reply_message_once"),
        migrations.RemoveField(model_name="reply", name="message_id"),
    ]
