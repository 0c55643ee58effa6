"""Changing who may do what in a shop. A shop always keeps an owner."""

from __future__ import annotations

from enum import Enum

from django.db import transaction

from orders.models import Member, Shop
from orders.words import Role


class Change(Enum):
    """What became of it."""

    DONE = "done"
    GONE = "gone"  # somebody else was faster
    LAST_OWNER = "last_owner"


@transaction.atomic
def change_role(shop: Shop, member_id: int, role: Role) -> Change:
    """Make a member of `shop` owner or helper; the last owner stays one."""
    member = _locked(shop).get(member_id)
    if member is None:
        return Change.GONE
    if role != Role.OWNER and _is_last_owner(shop, member):
        return Change.LAST_OWNER
    member.role = role
    member.save(update_fields=["role"])
    return Change.DONE


@transaction.atomic
def remove(shop: Shop, member_id: int) -> Change:
    """Take a member out of `shop`; their account stays. The last owner cannot leave."""
    member = _locked(shop).get(member_id)
    if member is None:
        return Change.GONE
    if _is_last_owner(shop, member):
        return Change.LAST_OWNER
    member.delete()
    return Change.DONE


def _locked(shop: Shop) -> dict[int, Member]:
    """The shop's members by id, held, so that two owners cannot remove each other at once."""
    members = Member.objects.select_for_update().filter(shop=shop).order_by("pk")
    return {member.pk: member for member in members}


def _is_last_owner(shop: Shop, member: Member) -> bool:
    others = Member.objects.filter(shop=shop, role=Role.OWNER).exclude(pk=member.pk)
    return member.role == Role.OWNER and not others.exists()
