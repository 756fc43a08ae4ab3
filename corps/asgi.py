"""The web application for an asynchronous server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "corps.settings")

application = get_asgi_application()

from corps.vault.actions import check_keys  # noqa: E402  (models exist only once Django is set up)

check_keys()
