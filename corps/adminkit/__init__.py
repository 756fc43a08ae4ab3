"""What our admin pages stand on: scoped lists, buttons that call actions, no raw save or delete.

A door for one model, in `<app>/admin/<noun>.py`:

    from corps.adminkit.buttons import Button, FormButton, StepForm, move_button, viewer_of
    from corps.adminkit.guarded import GuardedAdmin, changes

    @admin.register(Deployment)
    class DeploymentAdmin(GuardedAdmin[Deployment]):
        visible_to = staticmethod(deployments_visible_to)  # every row and count comes from here
        may_change = staticmethod(can_change_deployment)   # (user, obj) -> bool, beside the role
        list_display = ("codename", "state", "desk")
        list_filter = ("state", "desk")                    # these and no other lookups
        search_fields = ("codename",)
        sortable_by = ("codename",)
        fields = ("codename", "desk", "period")

        def create(self, request, form): return open_…(…, by=viewer_of(request), at=timezone.now())
        def change(self, request, obj, form): change_…(obj, changes(form), …)

        buttons = (
            move_button(DEPLOYMENT, "open", run=…, allowed=can_change_deployment, says=_("…")),
            FormButton("share", _("Share"), form=ShareForm, run=…, allowed=…, says=_("…")),
        )

Without `create` nothing can be added, without `change` nothing can be changed; nothing is deleted.
`object_page = "admin/…/page.html"` replaces Django's form by a page of your own that extends
`admin/corps/object_page.html`; `page_context(request, obj)` feeds it. `head_buttons`
are those of the buttons that stand beside the head, if not all; `list_buttons` are the same
buttons for the list (their `obj` is None). `run` may return a response (to show something once);
otherwise `done` is shown and the object's page follows. `filter_form` is a FilterForm above the
list; `for_page(viewer, rows)` fetches what belongs to the rows of a page; what one app shows on
the pages of another's model is said in `corps.adminkit.guests`.

Foreign keys in forms and filters offer what `corps.adminkit.scope.visible` says; a model's admin
registers its scope, other models say `scope.register(Model, visible_to)`. Tiles of the landing
board: `corps.adminkit.board.register`. Words for the ledger: `corps.adminkit.words`.
"""
