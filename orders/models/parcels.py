"""What a shop ships with: where from, which boxes, and what its items weigh and are."""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Money
from orders.models.shop import COUNTRY, Shop

HS_CODE = RegexValidator(
    r"^\d{6,12}$", _("An HS code has 6 to 12 digits, without dots, like 711719.")
)


class LabelFormat(models.TextChoices):
    PDF = "PDF", _("PDF, for any printer")
    PNG = "PNG", _("PNG, a picture")
    ZPL = "ZPL", _("ZPL, for a 4×6 label printer")


class Units(models.TextChoices):
    METRIC = "metric", _("grams and centimetres")
    IMPERIAL = "imperial", _("ounces and inches")


class ShippingProfile(models.Model):
    """Where a shop's parcels come from, and its EasyPost account.

    The key and the secret are encrypted (see `orders.shipping.secrets`) and never shown again.
    """

    shop = models.OneToOneField(Shop, models.CASCADE, related_name="shipping_profile")
    name = models.CharField(_("sender on the label"), max_length=120, blank=True)
    street1 = models.CharField(_("street"), max_length=300, blank=True)
    street2 = models.CharField(_("street, second line"), max_length=300, blank=True)
    city = models.CharField(_("city"), max_length=200, blank=True)
    region = models.CharField(_("region"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=40, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    units = models.CharField(_("units"), max_length=10, choices=Units, default=Units.METRIC)
    label_format = models.CharField(
        _("labels as"), max_length=3, choices=LabelFormat, default=LabelFormat.PDF
    )
    easypost_key = models.TextField(blank=True, editable=False)
    webhook_secret = models.TextField(blank=True, editable=False)
    webhook_id = models.CharField(max_length=100, blank=True, editable=False)
    connected_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.shop}"

    @property
    def has_easypost(self) -> bool:
        return bool(self.easypost_key)


class Box(models.Model):
    """A kind of parcel the shop packs. Outside measures in millimetres, its own weight in grams."""

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="boxes")
    name = models.CharField(_("name"), max_length=100)
    length_mm = models.PositiveIntegerField(_("length"), validators=[MinValueValidator(1)])
    width_mm = models.PositiveIntegerField(_("width"), validators=[MinValueValidator(1)])
    height_mm = models.PositiveIntegerField(_("height"), validators=[MinValueValidator(1)])
    weight_g = models.PositiveIntegerField(_("weight when empty"), default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "boxes"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "name"], name="box_once_per_shop"),
            models.CheckConstraint(
                condition=Q(length_mm__gt=0, width_mm__gt=0, height_mm__gt=0),
                name="box_has_a_size",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemDetails(models.Model):
    """What carriers and customs want to know of an item; named by its SKU, or its title.

    `weight_g` in grams for one; `value` for customs in the shop's currency when it is not the
    price; `origin` is ISO 3166-1.
    """

    shop = models.ForeignKey(Shop, models.CASCADE, related_name="item_details")
    item = models.CharField(_("SKU or title"), max_length=300)
    weight_g = models.PositiveIntegerField(_("weight"), null=True, blank=True)
    description = models.CharField(_("for customs"), max_length=120, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=12, blank=True, validators=[HS_CODE])
    origin = models.CharField(_("made in"), max_length=2, blank=True, validators=[COUNTRY])
    value = Money(_("value for customs"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "item details"
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(fields=["shop", "item"], name="item_details_once_per_shop"),
        ]

    def __str__(self) -> str:
        return self.item
