"""Asking somebody to join a shop, by mail, and what becomes of it.

The link is signed, names one sending, runs out after a week and works once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from orders.models import Member, Shop
from orders.words import Role
from shopcare.accounts.models import Invitation, User

VALID_FOR = timedelta(days=7)
# An invitation is a mail to anybody, in our name: enough for a family, too few for spam.
MOST_OPEN = 20
SALT = "shopcare.invitation"


@transaction.atomic
def invite(shop: Shop, email: str, role: Role, *, by: User, now: datetime) -> Invitation:
    """Write down that `email` is asked to join `shop`; asking again renews the link.

    The mail is sent by `send`. Raises ValidationError for a member, and for too many at once.
    """
    # One at a time for each shop, so that the limit holds.
    Shop.objects.select_for_update().get(pk=shop.pk)
    if Member.objects.filter(shop=shop, user__email__iexact=email).exists():
        raise ValidationError(_("This person is a member already."))
    waiting = Invitation.objects.filter(shop=shop)
    known = waiting.filter(email__iexact=email).first()
    if known is None:
        if waiting.count() >= MOST_OPEN:
            raise ValidationError(
                _("There are %(most)d open invitations. Withdraw one first."),
                params={"most": MOST_OPEN},
            )
        return Invitation.objects.create(
            shop=shop, email=email, role=role, invited_by=by, sent_at=now
        )
    known.role, known.invited_by, known.sent_at = role, by, now
    known.save(update_fields=["role", "invited_by", "sent_at"])
    return known


def send(invitation: Invitation) -> None:
    """Mail the link. Raises OSError (smtplib's errors are such) when no server takes it."""
    shop, by = invitation.shop, invitation.invited_by
    context = {
        "shop": shop,
        "by": by.get_full_name() if by else shop.name,
        "role": invitation.role,
        "link": settings.SITE_URL + reverse("invitation", args=[token_of(invitation)]),
        "days": VALID_FOR.days,
    }
    subject = _("%(by)s invites you to %(shop)s") % context
    EmailMessage(
        " ".join(subject.split()),
        render_to_string("email/invitation.txt", context),
        to=[invitation.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def token_of(invitation: Invitation) -> str:
    """What the link carries."""
    return signing.dumps([invitation.pk, invitation.sent_at.isoformat()], salt=SALT)


def open_invitation(token: str, *, now: datetime) -> Invitation | None:
    """The invitation of a link; None when it is used, withdrawn, renewed, too old or forged."""
    try:
        pk, sent_at = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = Invitation.objects.select_related("shop", "invited_by").filter(pk=pk).first()
    if found is None or found.sent_at.isoformat() != sent_at or has_run_out(found, now):
        return None
    return found


def has_run_out(invitation: Invitation, now: datetime) -> bool:
    """Whether the link is too old at `now` (UTC)."""
    return now >= invitation.sent_at + VALID_FOR


@transaction.atomic
def accept(invitation: Invitation, user: User) -> bool:
    """Make `user` a member; False when somebody used or withdrew the invitation meanwhile.

    Raises ValueError for a user of another address.
    """
    if user.email.lower() != invitation.email.lower():
        raise ValueError("An invitation is for the address it was sent to.")
    still = Invitation.objects.select_for_update().filter(
        pk=invitation.pk, sent_at=invitation.sent_at
    )
    if not still.exists():
        return False
    # Who is a member already, by whatever way, keeps their place.
    Member.objects.get_or_create(
        shop=invitation.shop, user=user, defaults={"role": invitation.role}
    )
    still.delete()
    return True


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str) -> User | None:
    """Make an account for the invited address and join it; None when somebody was faster.

    The link came by mail to this address, which proves that it is theirs.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name)
    except IntegrityError:
        return None
    if not accept(invitation, user):
        transaction.set_rollback(True)
        return None
    return user
