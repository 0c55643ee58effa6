"""Who works in the shop: owners see the members, invite, change and remove them."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from orders.models import Member
from orders.showing import Showing
from orders.words import Role
from shopcare.accounts import members as membership
from shopcare.accounts.forms import InviteForm, RoleForm
from shopcare.accounts.invitations import MOST_OPEN, has_run_out, invite, send
from shopcare.accounts.models import Invitation
from shopcare.dashboard.shop import ShopRequest, of_shop, owners_only

MOST_MEMBERS = 100

log = logging.getLogger(__name__)


@of_shop
@owners_only
@require_http_methods(["GET", "HEAD", "POST"])
def member_list(request: ShopRequest) -> HttpResponse:
    """The members, the open invitations, and a form to invite somebody."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _invited(request, form):
        return redirect("members", slug=request.shop.slug)
    return render(request, "dashboard/members.html", {"form": form, **_people(request)})


@of_shop
@owners_only
@require_POST
def change_role(request: ShopRequest, member: int) -> HttpResponse:
    """Make somebody owner or helper."""
    form = RoleForm(request.POST)
    if form.is_valid():
        role = Role(form.cleaned_data["role"])
        _say(request, membership.change_role(request.shop, member, role), _("Saved."))
    return redirect("members", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def remove(request: ShopRequest, member: int) -> HttpResponse:
    """Take somebody out of the shop, oneself too."""
    leaves = Member.objects.filter(shop=request.shop, pk=member, user=request.user).exists()
    change = membership.remove(request.shop, member)
    _say(request, change, _("They have no access to the shop any more."))
    if leaves and change == membership.Change.DONE:
        return redirect("home")
    return redirect("members", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def send_again(request: ShopRequest, invitation: int) -> HttpResponse:
    """A new link for an open invitation; the old one stops working."""
    known = get_object_or_404(Invitation, shop=request.shop, pk=invitation)
    form = InviteForm({"email": known.email, "role": known.role})
    if form.is_valid() and not _invited(request, form):
        for error in form.non_field_errors():
            messages.error(request, str(error))
    return redirect("members", slug=request.shop.slug)


@of_shop
@owners_only
@require_POST
def withdraw(request: ShopRequest, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    Invitation.objects.filter(shop=request.shop, pk=invitation).delete()
    messages.success(request, _("The invitation is taken back; its link does not work any more."))
    return redirect("members", slug=request.shop.slug)


def _invited(request: ShopRequest, form: InviteForm) -> bool:
    """Whether the mail is out; else the form says why not."""
    if not ratelimit.consume(request, action="invite", key=str(request.shop.pk)):
        form.add_error(None, _("That were many invitations. Try again in an hour."))
        return False
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        invitation = invite(request.shop, email, role, by=request.user, now=timezone.now())
    except ValidationError as fault:
        form.add_error(None, fault)
        return False
    try:
        send(invitation)
    except OSError:
        # The row stays, so that one click tries it again.
        log.warning("An invitation could not be mailed.", extra={"action": "invitation_not_sent"})
        form.add_error(None, _("The mail server does not take mail now. Try again later."))
        return False
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": email})
    return True


def _people(request: ShopRequest) -> dict[str, Any]:
    showing, now = Showing(request.shop), timezone.now()
    members = request.shop.members.select_related("user").order_by("-role", "user__email")
    waiting = Invitation.objects.filter(shop=request.shop)[:MOST_OPEN]
    return {
        "section": "members",
        "members": members[:MOST_MEMBERS],
        "roles": Role.choices,
        "invitations": [
            {
                "row": row,
                "sent": showing.day_and_time(row.sent_at),
                "has_run_out": has_run_out(row, now),
            }
            for row in waiting
        ],
    }


def _say(request: ShopRequest, change: membership.Change, done: str) -> None:
    if change == membership.Change.DONE:
        messages.success(request, done)
    elif change == membership.Change.LAST_OWNER:
        messages.error(request, _("A shop needs an owner: make somebody else one first."))
    else:
        messages.warning(request, _("This person was no member any more."))
