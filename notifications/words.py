"""The states of a message and how notes travel."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("marked as spam")
    FAILED = "failed", _("could not be sent")
    CANCELLED = "cancelled", _("no longer true")
    TO_COPY = "to_copy", _("to be copied")
    COPIED = "copied", _("copied")


# Written, but nobody has got it yet: it may still be taken back.
OPEN_STATES = frozenset({MessageState.QUEUED, MessageState.SENDING, MessageState.TO_COPY})
# It reached somebody, or was handed to a server that promised to deliver it.
SENT_STATES = frozenset(
    {MessageState.SENT, MessageState.DELIVERED, MessageState.COMPLAINED, MessageState.COPIED}
)
# We gave up, or it came back: the seller has to know.
LOST_STATES = frozenset({MessageState.FAILED, MessageState.BOUNCED})
