from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The ground storey: what happened. Imports nothing of ours."""

    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"
