"""What every template knows about the installation."""

from functools import partial
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def installation(request: HttpRequest) -> dict[str, object]:
    """Return whether this is a demo, or was begun as one, whether second factors are switched off,
    where quick leave goes, and why passkeys do not work here."""
    return {
        "demo": settings.DEMO or settings.DEMO_SEEDED,
        "second_factors_off": not settings.REQUIRE_MFA,
        "glass": getattr(request, "glass", ()),
        "quick_leave_url": "https://www.weather.go.kr/",
        "passkeys_nowhere": partial(_passkeys_nowhere, request),
    }


def _passkeys_nowhere(request: HttpRequest) -> dict[str, str] | None:
    """Return None where passkeys work, or the address of the same page at which they would.

    Browsers keep passkeys for a name, never for an IP address (Web Authentication, section 5.1.2:
    the relying party's id is a domain). The loopback has a name, any other address gets "".
    """
    host, port = _host_and_port(request.get_host())
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if not address.is_loopback:
        return {"url": ""}
    return {"url": f"{request.scheme}://localhost{port}{request.get_full_path()}"}


def _host_and_port(named: str) -> tuple[str, str]:
    """Return the host without brackets, and the port with its colon, or ""."""
    if named.startswith("["):
        host, _, port = named[1:].partition("]")
        return host, port
    host, colon, port = named.partition(":")
    return host, colon + port
