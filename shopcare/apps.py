from django.apps import AppConfig


class ShopcareConfig(AppConfig):
    """The top storey: what people and machines meet. Imports both below."""

    name = "shopcare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of the settings, and make our Celery app the current one."""
        from shopcare import celery, checks  # noqa: F401
