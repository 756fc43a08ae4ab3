"""Where browsers tell of content that the policy stopped (OWASP ASVS 5.0, 3.4.7).

Anybody may send anything here. So what is kept is one log line a report, in words of our own: which
directive, and which of our addresses by its pattern.
"""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from corps.accounts.actions.limits import spend

logger = logging.getLogger(__name__)

LONGEST = 16 * 1024
AN_HOUR = 100
AT_ONCE = 10
ELSEWHERE = "elsewhere"


@csrf_exempt
@require_POST
def csp(request: HttpRequest) -> HttpResponse:
    """Note what was stopped: at most AN_HOUR posts in an hour, all senders together, AT_ONCE
    reports in each; the answer is always the same."""
    if int(request.META.get("CONTENT_LENGTH") or 0) <= LONGEST:
        told = set(list(_reports(request.body))[:AT_ONCE])
        window = timedelta(hours=1)
        if told and spend("csp", "all", limit=AN_HOUR, per=window, at=timezone.now()).within:
            for directive, route in sorted(told):
                logger.warning("The content policy stopped %s at %s", directive, route)
    return HttpResponse(status=204)


def _reports(body: bytes) -> Iterator[tuple[str, str]]:
    """Give directive and address of each report in a body, of either of the two formats."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return
    for item in content if isinstance(content, list) else [content]:
        report = _inside(item, "body") or _inside(item, "csp-report")
        if report:
            yield (
                _directive(report.get("effectiveDirective") or report.get("effective-directive")),
                _route(report.get("documentURL") or report.get("document-uri")),
            )


def _inside(item: Any, name: str) -> dict[str, Any]:
    found = item.get(name) if isinstance(item, dict) else None
    return found if isinstance(found, dict) else {}


def _directive(told: Any) -> str:
    """Return the directive if it is one of ours (script-src-elem belongs to script-src)."""
    base = str(told).removesuffix("-elem").removesuffix("-attr")
    return base if base in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] else "something"


def _route(told: Any) -> str:
    """Return the pattern of the address, without whose or which it is."""
    try:
        return resolve(urlsplit(str(told)).path).route or "/"
    except (ValueError, Http404):
        return ELSEWHERE
