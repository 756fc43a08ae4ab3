"""Shapes at the door of messages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from corps.adminkit.buttons import StepForm
from corps.adminkit.lists import FilterForm
from corps.outbox.incoming import LARGEST
from corps.outbox.queries import STUCK
from corps.outbox.states import MESSAGE


class MessageFilter(FilterForm):
    """In which state."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("any")), ("stuck", _("Did not get out")), *MESSAGE.choices()],
    )

    def narrow(self, queryset: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        """Return the messages that fit."""
        state = asked["state"]
        if not state:
            return queryset
        return queryset.filter(state__in=STUCK if state == "stuck" else [state])


class BounceForm(StepForm):
    """An e-mail that came back, as a file."""

    secret = True

    file = forms.FileField(
        label=_("The e-mail as a file (.eml)"),
        max_length=200,
        help_text=_("In your mail program: save the e-mail that says it could not be delivered."),
    )

    def clean_file(self) -> bytes:
        """Return the file's bytes."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is too large."))
        content: bytes = file.read()
        return content
