"""Who calls the partner API: the client behind an access token."""

from rest_framework.authentication import BaseAuthentication


class ClientAuthentication(BaseAuthentication):
    """Placeholder."""
