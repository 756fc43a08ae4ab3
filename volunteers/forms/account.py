"""What a volunteer decides about their own account."""

from django import forms
from django.conf import settings

PAUSE, RESUME = "pause", "resume"


class LanguageForm(forms.Form):
    """The language of the portal."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class StandingForm(forms.Form):
    """Stepping back for a while, or being there again: moves of volunteers.states.STANDING."""

    standing = forms.ChoiceField(choices=[(PAUSE, PAUSE), (RESUME, RESUME)])
