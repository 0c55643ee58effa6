"""The page behind an invitation's link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shopcare.accounts.forms import JoinForm
from shopcare.accounts.invitations import accept, accept_as_new, open_invitation
from shopcare.accounts.models import Invitation, User

LOGIN_BY = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Join with the account one has, or with a new one; opening the link changes nothing."""
    invitation = open_invitation(token, now=timezone.now())
    if invitation is None:
        return render(request, "account/invitation_gone.html", status=404)
    if isinstance(request.user, User):
        return _member_to_be(request, invitation, request.user)
    if User.of_email(invitation.email) is not None:
        return _show(request, invitation, must_log_in=True)
    return _newcomer(request, invitation)


def _member_to_be(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    if user.email.lower() != invitation.email.lower():
        return _show(request, invitation, is_somebody_else=True)
    if request.method != "POST":
        return _show(request, invitation)
    return _arrive(request, invitation, has_joined=accept(invitation, user))


def _newcomer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method != "POST" or not form.is_valid():
        return _show(request, invitation, form=form)
    given = form.cleaned_data
    user = accept_as_new(invitation, name=given["name"], password=given["password"])
    if user is not None:
        login(request, user, backend=LOGIN_BY)
    return _arrive(request, invitation, has_joined=user is not None)


def _show(request: HttpRequest, invitation: Invitation, **more: object) -> HttpResponse:
    return render(request, "account/invitation.html", {"invitation": invitation, **more})


def _arrive(request: HttpRequest, invitation: Invitation, *, has_joined: bool) -> HttpResponse:
    if not has_joined:
        return redirect(request.path)  # where it now says that the invitation is gone
    messages.success(request, _("Welcome to %(shop)s!") % {"shop": invitation.shop.name})
    return redirect("shop", slug=invitation.shop.slug)
