"""The web application as gunicorn loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")

application = get_wsgi_application()

from corps.vault.actions import check_keys  # noqa: E402  (models exist only once Django is set up)

check_keys()
