"""What is asked about agencies and their clients, and who is behind an access token."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.idp.oidc.models import Token
from django.db.models import Exists, OuterRef, Q, QuerySet

from corps.accounts.queries.sight import Viewer
from corps.audit.actions import Actor
from corps.audit.models import ActorKind
from corps.errors import NotFound
from deployments.agencies.models import Agency, Contact, ContactMark, PartnerClient


@dataclass(frozen=True, slots=True)
class Partner:
    """An agency that reads the API: the client it uses, and the scopes of its access token."""

    client: PartnerClient
    scopes: frozenset[str] = frozenset()

    is_authenticated = True
    is_active = True

    @property
    def agency(self) -> Agency:
        """The agency the client was issued to."""
        return self.client.agency

    @property
    def actor(self) -> Actor:
        """How the ledger names the client: by its id, and the agency's short name."""
        return Actor(ActorKind.CLIENT, str(self.client.pk), self.agency.slug)

    @property
    def somebody(self) -> Actor:
        """How the ledger names somebody who says to be the client and has not shown it."""
        return Actor(ActorKind.NOBODY, str(self.client.pk), "")


def agencies_visible_to(viewer: Viewer) -> QuerySet[Agency]:
    """Return all agencies to a person whose role sees agencies, none to anybody else."""
    sees = getattr(viewer, "is_staff", False) and viewer.may_see_kind("agencies.agency")  # type: ignore[union-attr]
    return Agency.objects.select_related("parent") if sees else Agency.objects.none()


def names_of_agencies() -> dict[str, str]:
    """Return what each agency is called in the reader's language, by its short name."""
    return {agency.slug: str(agency) for agency in Agency.objects.all()}


def countries_of_agencies(viewer: Viewer) -> list[str]:
    """Return the codes of the countries of the agencies that the viewer may see."""
    found = agencies_visible_to(viewer).order_by().values_list("country", flat=True).distinct()
    return [str(code) for code in found]


def contacts_visible_to(viewer: Viewer) -> QuerySet[Contact]:
    """Return all contacts to a person whose role sees contacts, none to anybody else.

    One that was merged into another is shown as that other.
    """
    label = "agencies.contact"
    sees = getattr(viewer, "is_staff", False) and viewer.may_see_kind(label)  # type: ignore[union-attr]
    contacts = Contact.objects.select_related("agency", "data_key").filter(merged_into=None)
    return contacts if sees else contacts.none()


def in_office(day: date) -> Q:
    """Return the condition that somebody is a contact on a day, whose details were not erased; the
    first and last day count."""
    there = (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gte=day))
    return there & Q(data_key__wrapped__isnull=False)


def contacts_in_office(viewer: Viewer, day: date) -> QuerySet[Contact]:
    """Return the contacts the viewer may see to whom something may go on a day."""
    return contacts_visible_to(viewer).filter(in_office(day))


def is_in_office(contact: Contact, day: date) -> bool:
    """Whether somebody is a contact on a day."""
    return Contact.objects.filter(in_office(day), pk=contact.pk).exists()


def all_of_contact(contact: Contact) -> QuerySet[Contact]:
    """Return a contact and those that were merged into it."""
    contacts = Contact.objects.select_related("data_key")
    return contacts.filter(Q(pk=contact.pk) | Q(merged_into=contact.pk))


def contacts_of(viewer: Viewer, agency: Agency) -> QuerySet[Contact]:
    """Return the contacts of an agency that the viewer may see, those who left last."""
    return contacts_visible_to(viewer).filter(agency=agency).order_by("-until", "post", "pk")


def contacts_carrying(viewer: Viewer, kind: str, marks: Iterable[bytes]) -> QuerySet[Contact]:
    """Return the contacts the viewer may see who carry one of the blind indexes of a kind."""
    carried = ContactMark.objects.filter(contact=OuterRef("pk"), kind=kind, mark__in=list(marks))
    return contacts_visible_to(viewer).filter(Exists(carried))


def contacts_marked_otherwise(key_id: str) -> QuerySet[Contact]:
    """Return the contacts of which a blind index is made with another key than this one."""
    stale = ContactMark.objects.filter(contact=OuterRef("pk")).exclude(key_id=key_id)
    return Contact.objects.filter(Exists(stale))


def clients_visible_to(viewer: Viewer) -> QuerySet[PartnerClient]:
    """Return all partner clients to a person whose role sees them, none to anybody else."""
    label = "agencies.partnerclient"
    sees = getattr(viewer, "is_staff", False) and viewer.may_see_kind(label)  # type: ignore[union-attr]
    clients = PartnerClient.objects.select_related("agency", "issued_by")
    return clients if sees else clients.none()


def find_agency(slug: str) -> Agency:
    """Return the agency of that short name. Raises NotFound."""
    agency = Agency.objects.filter(slug=slug).first()
    if agency is None:
        raise NotFound
    return agency


def partner_named(client_id: str) -> Partner | None:
    """Return the partner whose client has that id, with no scope, or None."""
    if "\x00" in client_id:
        return None
    client = PartnerClient.objects.select_related("agency").filter(pk=client_id).first()
    return Partner(client) if client else None


def partner_behind(value: str, *, at: datetime) -> Partner | None:
    """Return who holds the access token `value` at the instant `at`, or None.

    The scopes are those that both the token and the client carry. Whether the client may call
    is another question (rules.can_use_client).
    """
    found = Token.objects.by_value(value).filter(type=Token.Type.ACCESS_TOKEN, expires_at__gt=at)
    token = found.select_related("client__partner__agency").first()
    client = getattr(token.client, "partner", None) if token and token.client else None
    if token is None or client is None:
        return None
    return Partner(client, frozenset(token.get_scopes()) & frozenset(client.scopes))
