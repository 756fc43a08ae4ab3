"""The pages behind buttons: `<object>/do/<name>/` for an object, `do/<name>/` for a list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from corps.accounts.second_factor import used_recently, way_to_prove
from corps.adminkit import guests
from corps.adminkit.buttons import Answer, Step, StepForm, viewer_of
from corps.adminkit.refusals import note_refusal
from corps.errors import NotFound, NotPermitted, Refusal, TooMany

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class StepPages(Base):
    """Gives an admin its buttons' pages: a question (GET), then the act (POST)."""

    buttons: ClassVar[Sequence[Step]] = ()
    head_buttons: ClassVar[Sequence[Step] | None] = None
    list_buttons: ClassVar[Sequence[Step]] = ()

    def get_urls(self) -> list[URLPattern]:
        """Return Django's addresses without deletion, and those of the buttons before them."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        steps = [
            path("do/<slug:name>/", self._guarded(self.list_step_view), name=f"{name}_list_do"),
            path(
                "<path:object_id>/do/<slug:name>/", self._guarded(self.step_view), name=f"{name}_do"
            ),
        ]
        return steps + [url for url in super().get_urls() if url.name != f"{name}_delete"]

    def _guarded(self, view: Any) -> Any:
        return self.admin_site.admin_view(view)

    # -- objects and addresses

    def visible_or_404(self, request: HttpRequest, object_id: str) -> Any:
        """Return the object if this person may see it. Raises Http404 also for a hidden one."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_permission(request, obj):
            raise Http404
        return obj

    def page_url(self, obj: Any) -> str:
        """Return the address of an object's page, of the list for None."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if obj is None:
            return reverse(f"{name}_changelist")
        return reverse(f"{name}_change", args=[quote(obj.pk)])

    def name_of(self, obj: Any) -> str:
        """Return what an object is called on its buttons' pages, "" for None."""
        return "" if obj is None else str(obj)

    def step_url(self, obj: Any, step: Step) -> str:
        """Return the address of a button's page."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if obj is None:
            return reverse(f"{name}_list_do", args=[step.name])
        return reverse(f"{name}_do", args=[quote(obj.pk), step.name])

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return what every page of an object knows (also of the list, with None)."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        history = reverse(f"{name}_history", args=[quote(obj.pk)]) if obj is not None else ""
        return {
            **self.admin_site.each_context(request),
            "title": str(obj) if obj is not None else self.opts.verbose_name_plural,
            "original": obj,
            "named": self.name_of(obj),
            "opts": self.opts,
            "media": self.media,
            "list_url": self.page_url(None),
            "page_url": self.page_url(obj),
            "history_url": history,
            "steps": [] if obj is None else self._head_steps(request, obj),
        }

    def steps_of(self, request: HttpRequest, object_id: str | None) -> list[dict[str, Any]]:
        """Return the buttons for an object's form; none for one that is yet to be added."""
        obj = None if object_id is None else self.get_object(request, unquote(object_id))
        return [] if obj is None else self._head_steps(request, obj)

    def list_steps(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return the buttons above the list."""
        return self._shown(request, None, self.list_buttons)

    def _buttons(self) -> list[Step]:
        return [*self.buttons, *guests.buttons_of(self.model)]

    def _head_steps(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        own = self.buttons if self.head_buttons is None else self.head_buttons
        return self._shown(request, obj, [*own, *guests.buttons_of(self.model)])

    def steps_by_name(
        self, request: HttpRequest, obj: Any, steps: Sequence[Step]
    ) -> dict[str, dict[str, Any]]:
        """Return some of the buttons by name, for the panels of a page."""
        return {step["name"].replace("-", "_"): step for step in self._shown(request, obj, steps)}

    def _shown(self, request: HttpRequest, obj: Any, steps: Sequence[Step]) -> list[dict[str, Any]]:
        user = viewer_of(request)
        return [
            {
                "name": step.name,
                "label": step.label,
                "look": step.look,
                "url": self.step_url(obj, step),
            }
            for step in steps
            if step.shown(user, obj)
        ]

    # -- the pages

    def list_step_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask, then act, for a button of the list."""
        if not self.has_view_permission(request):
            raise NotPermitted
        return self._step(request, None, _named(self.list_buttons, name))

    def step_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Ask, then act, for a button of an object."""
        obj = self.visible_or_404(request, object_id)
        return self._step(request, obj, _named(self._buttons(), name))

    def _step(self, request: HttpRequest, obj: Any, step: Step) -> HttpResponse:
        user = viewer_of(request)
        if not step.allowed(user, obj):
            raise NotPermitted
        if not step.when(obj):
            messages.error(
                request, _("This has changed meanwhile: the step is no longer possible.")
            )
            return HttpResponseRedirect(self.page_url(obj))
        if step.elevated and not used_recently(request):
            page = request.path if request.method == "POST" else request.get_full_path()
            return way_to_prove(request, back=page)
        if request.method != "POST":
            begin = {name: text for name, text in request.GET.items() if "\x00" not in text}
            return self._ask(request, obj, step, step.form(initial=begin, viewer=user, obj=obj))
        form = step.form(data=request.POST, files=request.FILES, viewer=user, obj=obj)
        if form.is_valid():
            return self._act(request, obj, step, form)
        return self._ask(request, obj, step, form)

    def _act(self, request: HttpRequest, obj: Any, step: Step, form: StepForm) -> HttpResponse:
        try:
            answer: Answer = step.act(request, obj, form)
        except (NotFound, NotPermitted, TooMany):
            raise
        except Refusal as refusal:
            return self._refused(request, obj, step, form, refusal)
        if answer is not None:
            return answer
        messages.success(request, str(step.done))
        return HttpResponseRedirect(self.page_url(obj))

    def _refused(
        self, request: HttpRequest, obj: Any, step: Step, form: StepForm, refusal: Refusal
    ) -> HttpResponse:
        about = [*([] if obj is None else [obj]), *step.about]
        label = f"{self.opts.label_lower}.{step.name}"
        note_refusal(*about, step=label, refusal=refusal, by=viewer_of(request), at=timezone.now())
        if form.fields:
            form.add_error(None, str(refusal))
            return self._ask(request, obj, step, form)
        messages.error(request, str(refusal))
        return HttpResponseRedirect(self.page_url(obj))

    def _ask(self, request: HttpRequest, obj: Any, step: Step, form: StepForm) -> HttpResponse:
        form.forget()
        context = {
            **self.object_context(request, obj),
            "title": step.label,
            "subtitle": self.name_of(obj) or None,
            "step": step,
            "form": form,
            "multipart": form.is_multipart(),
        }
        return self.page(request, "admin/corps/confirm.html", context)

    def page(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        """Return a page of this admin; give it `object_context()` and more."""
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, context)


def show(
    request: HttpRequest, model: type[Model], obj: Any, template: str, **context: Any
) -> TemplateResponse:
    """Return a page about an object (or the list, for None): what a `run` answers with."""
    door: Any = admin.site.get_model_admin(model)
    page: TemplateResponse = door.page(
        request, template, {**door.object_context(request, obj), **context}
    )
    return page


def _named(steps: Sequence[Step], name: str) -> Step:
    for step in steps:
        if step.name == name:
            return step
    raise Http404
