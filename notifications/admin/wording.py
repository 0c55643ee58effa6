"""A shop's own wording in the admin site: from the shipped text, with placeholders and preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from notifications import wording
from notifications.models import ShopWording
from orders.admin.scoping import ShopFilter, ShopScopedAdmin, owned, sees_all
from orders.models import Shop
from orders.words import NoteKind

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[ShopWording]
else:  # Django's own is not generic
    ModelForm = forms.ModelForm

LETTERS = [(kind.value, kind.label) for kind in NoteKind if kind.value in wording.KINDS]
LANGUAGES = [lang for lang in settings.LANGUAGES if lang[0] in wording.shipped_languages()]


class ChoiceForm(forms.Form):
    """Which text to start from."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=_("Shop"), empty_label=None)
    kind = forms.ChoiceField(label=_("Note"), choices=LETTERS)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class WordingForm(ModelForm):
    """Subject and text; broken ones are refused with line and reason by the model."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    class Meta:
        model = ShopWording
        fields = ("shop", "kind", "language", "subject", "body")
        widgets = {
            "subject": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "body": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 30}),
        }


@admin.register(ShopWording)
class ShopWordingAdmin(ShopScopedAdmin):
    """A shop's own texts. A note without one is written in the shipped text."""

    form = WordingForm
    owners_may_delete = True
    list_display = ("kind", "language", "subject", "shop")
    list_filter = (ShopFilter, "kind", "language")
    list_select_related = ("shop",)
    fields = ("shop", "kind", "language", "subject", "body")
    change_form_template = "admin/wording_form.html"
    delete_confirmation_template = "admin/wording_delete.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("shop", "kind", "language") if obj else ()

    def get_urls(self) -> list[URLPattern]:
        """With the preview's address before the admin site's own."""
        view = self.admin_site.admin_view(self.preview)
        name = "notifications_shopwording_preview"
        return [path("preview/", view, name=name), *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The shipped text of the note and the language that were chosen."""
        chosen = {name: request.GET.get(name, "") for name in ("shop", "kind", "language")}
        text = wording.shipped_wording(chosen["kind"], chosen["language"])
        return {**chosen, "subject": text.subject, "body": text.body}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """First which text, then the text itself; one that is there already is opened."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return super().add_view(request, form_url, self._about(request.POST.get("kind", "")))
        form = self._choice(request)
        if not form.is_valid():
            return self._choose(request, form)
        own = ShopWording.objects.filter(**form.cleaned_data).first()
        if own is not None:
            return redirect("admin:notifications_shopwording_change", own.pk)
        return super().add_view(request, form_url, self._about(form.cleaned_data["kind"]))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The text, with what it may speak about."""
        own = self.get_object(request, object_id)
        about = self._about(own.kind if own else "")
        return super().change_view(request, object_id, form_url, about)

    @method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"]}))
    def preview(self, request: HttpRequest) -> HttpResponse:
        """Subject, text and HTML of what the form holds, on a made-up order; saves nothing.

        A letter's looks are inline, as mail programs want it, so this page allows them. The
        letter stands in a frame that may do nothing.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:notifications_shopwording_changelist")
        kind, language, text = self._posted(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview"),
            "opts": self.opts,
            "problem": "",
            "letter": None,
        }
        try:
            wording.validate(kind, text)
            context["letter"] = wording.render(kind, text, wording.sample_context(kind, language))
        except wording.WordingError as error:
            context["problem"] = str(error)
        return TemplateResponse(request, "admin/wording_preview.html", context)

    def _posted(self, request: HttpRequest) -> tuple[str, str, wording.Wording]:
        """Note, language and text in the form, whose fixed fields only its row knows."""
        kind, language = request.POST.get("kind", ""), request.POST.get("language", "")
        if number := request.GET.get("of", ""):
            own = self.get_object(request, number)
            if own is None:
                raise PermissionDenied
            kind, language = own.kind, own.language
        if kind not in wording.KINDS:
            kind = NoteKind.THANK_YOU.value
        text = wording.Wording(request.POST.get("subject", ""), request.POST.get("body", ""))
        return kind, language if language in wording.shipped_languages() else "en", text

    def _about(self, kind: str) -> dict[str, Any]:
        if kind not in wording.KINDS:
            return {}
        return {"placeholders": wording.placeholders(kind)}

    def _choice(self, request: HttpRequest) -> ChoiceForm:
        """The first form, answered once the address names all three."""
        is_answered = {"shop", "kind", "language"} <= request.GET.keys()
        form = ChoiceForm(request.GET if is_answered else None, initial=request.GET.dict())
        shops = Shop.objects.all()
        if not sees_all(request):
            shops = shops.filter(pk__in=owned(request))
        form.fields["shop"].queryset = shops  # type: ignore[attr-defined]
        return form

    def _choose(self, request: HttpRequest, form: ChoiceForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Write a note in your own words"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/wording_choice.html", context)
