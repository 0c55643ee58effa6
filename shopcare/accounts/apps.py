from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may log in."""

    name = "shopcare.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
