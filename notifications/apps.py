from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The middle storey: what is said, to whom, when and why."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
