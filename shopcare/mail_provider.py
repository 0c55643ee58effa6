"""Which way mail leaves the house, read from what the environment names."""

from collections.abc import Mapping

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "shopcare.eml_backend.EmailBackend"

# The senders Anymail knows, as they appear in its setting names and module names.
# https://anymail.dev/en/stable/esps/
PROVIDERS = (
    "AMAZON_SES",
    "BREVO",
    "MAILERSEND",
    "MAILGUN",
    "MAILJET",
    "MAILTRAP",
    "MANDRILL",
    "POSTMARK",
    "RESEND",
    "SCALEWAY",
    "SENDGRID",
    "SPARKPOST",
    "UNISENDER_GO",
)


def anymail_options(environment: Mapping[str, str]) -> dict[str, str]:
    """Every ANYMAIL_… variable, without the prefix, as Anymail's own setting wants it."""
    prefix = "ANYMAIL_"
    return {
        key.removeprefix(prefix): value
        for key, value in environment.items()
        if key.startswith(prefix) and value
    }


def providers_named(anymail: Mapping[str, str]) -> list[str]:
    """The providers whose settings are present."""
    return [name for name in PROVIDERS if any(key.startswith(f"{name}_") for key in anymail)]


def choose_email_backend(email_host: str, anymail: Mapping[str, str]) -> str:
    """A named SMTP server, else the one provider that is named, else files under `var/mail/`.

    Where two are named `checks.py` asks for EMAIL_BACKEND.
    """
    if email_host:
        return SMTP
    if named := providers_named(anymail):
        return f"anymail.backends.{named[0].lower()}.EmailBackend"
    return FILES
