"""Imports: load an orders file, see what it would do, have it done, and mend what was wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orders.intake import runs, uploads
from orders.intake.generic import TEMPLATE
from orders.models import FileRole, ImportRun, ImportState
from orders.showing import Showing
from shopcare import importing
from shopcare.dashboard.import_forms import ChannelForm, UploadForm
from shopcare.dashboard.import_showing import history_row, run_page
from shopcare.dashboard.shop import ShopRequest, of_shop

PAGE = 20
# Files up to this size are checked while the seller waits: that takes a second or two.
SMALL = 256 * 1024  # bytes


@of_shop
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: ShopRequest) -> HttpResponse:
    """The form to load a file, and the history of imports, newest first."""
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        run = _begin(request, form) if form.is_valid() else None
        if run is not None:
            return redirect("import", slug=request.shop.slug, run=run.pk)
    return render(request, "dashboard/imports.html", {"form": form, **_history(request)})


def _begin(request: ShopRequest, form: UploadForm) -> ImportRun | None:
    """Keep the upload and have it checked; None, and an error in the form, when it is none."""
    files: list[UploadedFile] = form.cleaned_data["upload"]
    run = runs.begin(
        request.shop,
        form.cleaned_data["channel"],
        [(file.name or "", file.chunks()) for file in files],
        by=request.user,
        now=timezone.now(),
    )
    if sum(file.size or 0 for file in files) <= SMALL:
        importing.work_now(run, timezone.now)
        run.refresh_from_db()
    if run.state == ImportState.UNREADABLE:
        form.add_error("upload", run.fault)
        runs.discard(run)
        return None
    return run


def _history(request: ShopRequest) -> dict[str, Any]:
    """One page of the history; ?before= the id that the page before ended with."""
    found = ImportRun.objects.filter(shop=request.shop).prefetch_related("files")
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(pk__lt=min(int(before), 2**63 - 1))
    rows = list(found.order_by("-id")[: PAGE + 1])
    showing = Showing(request.shop)
    return {
        "section": "imports",
        "exactly": True,
        "rows": [history_row(run, showing) for run in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "is_first_page": not before,
    }


@of_shop
@require_GET
def import_page(request: ShopRequest, run: int) -> HttpResponse:
    """One import: being checked, waiting for the go-ahead, under way, done. htmx gets the part."""
    found = _run(request, run)
    context = {"section": "imports", **run_page(found, Showing(request.shop))}
    part = request.headers.get("HX-Request") == "true"
    template = "dashboard/_import_run.html" if part else "dashboard/import.html"
    return render(request, template, context)


@of_shop
@require_POST
def import_start(request: ShopRequest, run: int) -> HttpResponse:
    """Have a checked file imported; clicking twice does it once."""
    found = _run(request, run)
    if not runs.start(found):
        messages.info(request, _("This file has been started already."))
    return redirect("import", slug=request.shop.slug, run=run)


@of_shop
@require_POST
def import_channel(request: ShopRequest, run: int) -> HttpResponse:
    """Check the file again, as one of another channel."""
    found, form = _run(request, run), ChannelForm(request.POST)
    if not form.is_valid() or not runs.check_again(found, form.cleaned_data["channel"]):
        messages.error(request, _("The channel of this file can no longer be changed."))
    elif sum(file.size for file in found.files.all()) <= SMALL:
        importing.work_now(found, timezone.now)
    return redirect("import", slug=request.shop.slug, run=run)


@of_shop
@require_POST
def import_discard(request: ShopRequest, run: int) -> HttpResponse:
    """Throw a file away that was not imported."""
    if runs.discard(_run(request, run)):
        messages.success(request, _("The file is gone; nothing has been changed."))
    else:
        messages.error(request, _("This file has been started already."))
    return redirect("imports", slug=request.shop.slug)


@of_shop
@require_GET
def import_failed(request: ShopRequest, run: int, role: FileRole) -> HttpResponseBase:
    """The rows that were rejected, to be mended and loaded again; the run itself without any."""
    found = _run(request, run)
    file, original = runs.file_of(found, role), runs.file_of(found, _uploaded_as(role))
    if file is None:
        return redirect("import", slug=request.shop.slug, run=run)
    stem, ending = file.name.rpartition(".")[::2]
    name = original.name.rpartition(".")[0] or original.name if original else stem
    kind = "application/json" if ending == "json" else "text/csv; charset=utf-8"
    answer = StreamingHttpResponse(uploads.read(file), content_type=kind)
    answer["Content-Disposition"] = (
        content_disposition_header(True, f"{name}-to-mend.{ending}") or ""
    )
    answer["Content-Length"] = str(file.size)
    return answer


@of_shop
@require_GET
def import_template(request: ShopRequest) -> HttpResponseBase:
    """The CSV template for orders from anywhere."""
    return FileResponse(
        TEMPLATE.open("rb"), as_attachment=True, filename="orders.csv", content_type="text/csv"
    )


def _uploaded_as(role: FileRole) -> FileRole:
    return FileRole.ITEMS if role == FileRole.FAILED_ITEMS else FileRole.ORDERS


def _run(request: ShopRequest, pk: int) -> ImportRun:
    """The run, if it is this shop's; else 404."""
    found = ImportRun.objects.prefetch_related("files")
    return get_object_or_404(found, shop=request.shop, pk=pk)
