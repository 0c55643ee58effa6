"""The admin site's pages about policy, channels, wording and the outbox; shops are closed here."""

from django.contrib import admin

from notifications.admin.closing import close_shops, reopen_shops
from notifications.admin.messages import MessageAdmin
from notifications.admin.policy import ChannelAdmin, PolicyAdmin
from notifications.admin.wording import ShopWordingAdmin
from orders.admin.shops import ShopAdmin
from orders.models import Shop

# Shops know nothing of notes, and what closing one means is mostly about those.
shops = admin.site.get_model_admin(Shop)
assert isinstance(shops, ShopAdmin)
shops.actions = [close_shops, reopen_shops]

__all__ = ["ChannelAdmin", "MessageAdmin", "PolicyAdmin", "ShopWordingAdmin"]
