"""The admin site's pages about shops and orders; scoping.py says who sees what."""

from orders.admin.orders import BuyerAdmin, FlagAdmin, OrderAdmin, OrderEventAdmin
from orders.admin.scoping import ReadOnlyAdmin, ShopScopedAdmin
from orders.admin.shops import ShopAdmin

__all__ = [
    "BuyerAdmin",
    "FlagAdmin",
    "OrderAdmin",
    "OrderEventAdmin",
    "ReadOnlyAdmin",
    "ShopAdmin",
    "ShopScopedAdmin",
]
