"""What every template knows about the installation."""

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    """Return whether this is a demo, or was begun as one, and where quick leave goes."""
    return {
        "demo": settings.DEMO or settings.DEMO_SEEDED,
        "quick_leave_url": "https://www.weather.go.kr/",
    }
