"""The admin site's pages about policy, channels, wording and the outbox."""

from notifications.admin.messages import MessageAdmin
from notifications.admin.policy import ChannelAdmin, PolicyAdmin
from notifications.admin.wording import ShopWordingAdmin

__all__ = ["ChannelAdmin", "MessageAdmin", "PolicyAdmin", "ShopWordingAdmin"]
