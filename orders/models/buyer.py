"""Buyers: one per shop and e-mail, or marketplace user name when there is no e-mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.shop import Shop


class Buyer(models.Model):
    """The person who bought.

    `key` is what makes a buyer one and the same: the e-mail in lower case, else the channel and
    user name, else the order itself (nobody else can be recognised in it).
    """

    # Found by buyer_once_per_shop.
    shop = models.ForeignKey(Shop, models.CASCADE, related_name="buyers", db_index=False)
    key = models.TextField(editable=False)
    email = models.EmailField(_("e-mail"), blank=True, max_length=320)
    username = models.CharField(_("user name"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "key"], name="buyer_once_per_shop"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.username or str(_("unknown buyer"))
