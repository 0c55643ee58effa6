"""Scan forms: one sheet that the carrier scans in place of every parcel of a day.

EasyPost makes one of labels of one carrier and one sender; a label stands on one form only.
Source: https://docs.easypost.com/docs/scan-forms
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Label, LabelState, ScanForm, Shop
from orders.shipping.gateway import EasyPost, account
from orders.shipping.problems import ShippingError, Trouble

FAILED = "failed"
WAITING = "creating"


def waiting(shop: Shop, day: date) -> list[Label]:
    """The labels bought on `day` (the shop's local day) that stand on no form yet."""
    begins = datetime.combine(day, time(0), shop.zone)
    ends = datetime.combine(day + timedelta(days=1), time(0), shop.zone)
    bought = Label.objects.filter(
        shop=shop,
        state=LabelState.BOUGHT,
        is_return=False,
        scan_form__isnull=True,
        bought_at__gte=begins.astimezone(UTC),
        bought_at__lt=ends.astimezone(UTC),
    )
    return list(bought.select_related("order").order_by("carrier", "id"))


def make(shop: Shop, day: date, now: datetime) -> list[ScanForm]:
    """Make the forms for what was bought on `day`, one for each carrier; empty for nothing to do.

    A carrier that has no such form, or any other refusal, stands in the form's `problem`; its
    labels are then free for another try. Raises ShippingError when there is no key.
    """
    gateway = account(shop)
    if gateway is None:
        raise ShippingError(_("Enter the shop's EasyPost key first."), Trouble.KEY)
    return [_make(form, gateway) for form in _claim(shop, day, now)]


def follow_forms(now: datetime) -> int:
    """Look at the forms that EasyPost was still making; how many are done."""
    done = 0
    forms = ScanForm.objects.filter(status=WAITING, created_at__gt=now - timedelta(days=3))
    for form in forms.exclude(easypost_id="").select_related("shop")[:100]:
        try:
            gateway = account(form.shop)
            if gateway is None:
                continue
            found = gateway.look_at_form(form.easypost_id)
        except ShippingError as error:
            form.problem = str(error)
            form.save(update_fields=["problem"])
            continue
        _settle(form, found.status, found.url, found.message)
        done += form.status != WAITING
    return done


@transaction.atomic
def _claim(shop: Shop, day: date, now: datetime) -> list[ScanForm]:
    """A form's row for each carrier with its labels on it; a second click finds none left."""
    free = Label.objects.select_for_update(no_key=True).filter(
        pk__in=[label.pk for label in waiting(shop, day)], scan_form__isnull=True
    )
    by_carrier: dict[str, list[int]] = defaultdict(list)
    for label in free.order_by("id"):
        by_carrier[label.carrier].append(label.pk)
    forms = []
    for ids in by_carrier.values():
        form = ScanForm.objects.create(shop=shop, status=WAITING, created_at=now)
        Label.objects.filter(pk__in=ids).update(scan_form=form)
        forms.append(form)
    return forms


def _make(form: ScanForm, gateway: EasyPost) -> ScanForm:
    labels = list(form.labels.order_by("id"))
    try:
        made = gateway.scan_form([label.easypost_id for label in labels])
    except ShippingError as error:
        _settle(form, FAILED, "", f"{labels[0].carrier}: {error}")
        return form
    form.easypost_id = made.id
    _settle(form, made.status, made.url, made.message)
    return form


def _settle(form: ScanForm, status: str, url: str, message: str) -> None:
    form.status, form.form_url = status, url
    form.problem = message if status == FAILED else ""
    form.save(update_fields=["easypost_id", "status", "form_url", "problem"])
    if status == FAILED:
        form.labels.update(scan_form=None)
