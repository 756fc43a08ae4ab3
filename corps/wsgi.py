"""The web application as gunicorn loads it."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")

application = get_wsgi_application()

from corps.vault.actions import check_keys  # noqa: E402  (models exist only once Django is set up)

CANNOT_BOOT = 3
"""How a worker tells gunicorn to stop altogether; after any other end it starts the next one."""

try:
    check_keys()
except SystemExit as refused:
    sys.stderr.write(f"{refused}\n")
    raise SystemExit(CANNOT_BOOT) from None
