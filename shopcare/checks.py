"""System checks that name a mistake in the settings, and the remedy."""

import re
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from shopcare.mail_provider import FILES, SMTP, providers_named

Finding = Iterator[CheckMessage]
Apps = Sequence[AppConfig] | None


@register(Tags.security)
def check_site(app_configs: Apps, **_kwargs: object) -> list[CheckMessage]:
    """SITE_URL and ALLOWED_HOSTS."""
    return list(_site())


@register(Tags.compatibility)
def check_mail(app_configs: Apps, **_kwargs: object) -> list[CheckMessage]:
    """How mail leaves and who it is from."""
    return list(_mail())


@register(Tags.compatibility)
def check_machines(app_configs: Apps, **_kwargs: object) -> list[CheckMessage]:
    """The broker, the threads and the logs."""
    return list(_machines())


@register(Tags.security, deploy=True)
def check_production(app_configs: Apps, **_kwargs: object) -> list[CheckMessage]:
    """What is fine on a laptop and not on a server."""
    return list(_production())


def _site() -> Finding:
    url = urlsplit(settings.SITE_URL)
    if url.scheme not in ("http", "https") or not url.hostname:
        yield Error(
            f"SITE_URL is {settings.SITE_URL!r}, which is not a whole address.",
            hint="Write it with its scheme, for example SITE_URL=https://care.example.com",
            id="shopcare.E001",
        )
        return
    if url.path or url.query:
        yield Error(
            f"SITE_URL is {settings.SITE_URL!r}: it must end after the host.",
            hint=f"SITE_URL={url.scheme}://{url.netloc}",
            id="shopcare.E002",
        )
    if not _is_allowed(url.hostname):
        yield Error(
            f"ALLOWED_HOSTS does not contain {url.hostname!r}, the host of SITE_URL.",
            hint="Every link in a mail would answer 400: add it, or leave ALLOWED_HOSTS unset.",
            id="shopcare.E003",
        )


def _mail() -> Finding:
    if settings.EMAIL_HOST and settings.EMAIL_BACKEND != SMTP:
        yield Error(
            f"EMAIL_HOST is set, but EMAIL_BACKEND is {settings.EMAIL_BACKEND}.",
            hint="Unset one of the two: the server that EMAIL_HOST names would never be used.",
            id="shopcare.E004",
        )
    if settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL:
        yield Error(
            "EMAIL_USE_TLS and EMAIL_USE_SSL are both set.",
            hint="Port 587 goes with EMAIL_USE_TLS, port 465 with EMAIL_USE_SSL.",
            id="shopcare.E005",
        )
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(settings.DEFAULT_FROM_EMAIL)[1]):
        yield Error(
            f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}, which has no domain.",
            hint="For example DEFAULT_FROM_EMAIL='My shop <hello@example.com>'",
            id="shopcare.E006",
        )
    yield from _anymail()


def _anymail() -> Finding:
    named = providers_named(settings.ANYMAIL)
    if len(named) > 1 and not settings.EMAIL_BACKEND.startswith("anymail."):
        return
    matching = [name for name in named if f".{name.lower()}." in settings.EMAIL_BACKEND]
    if len(named) > 1 and len(matching) != 1:
        yield Error(
            f"ANYMAIL_… names more than one provider: {', '.join(named)}.",
            hint="Say which with EMAIL_BACKEND=anymail.backends.<provider>.EmailBackend",
            id="shopcare.E007",
        )
    if settings.ANYMAIL and not named and settings.EMAIL_BACKEND == FILES:
        yield Warning(
            f"ANYMAIL_{next(iter(settings.ANYMAIL))} belongs to no provider that is known here.",
            hint="Mail is written to files; name the provider with EMAIL_BACKEND.",
            id="shopcare.W001",
        )


def _machines() -> Finding:
    if urlsplit(settings.REDIS_URL).scheme not in ("redis", "rediss", "redis+socket"):
        yield Error(
            "REDIS_URL does not begin with redis://, rediss:// or redis+socket://.",
            hint="For example REDIS_URL=redis://127.0.0.1:6379/0",
            id="shopcare.E008",
        )
    if not 1 <= settings.OUTBOX_THREADS <= 64:
        yield Error(
            f"OUTBOX_THREADS is {settings.OUTBOX_THREADS}.",
            hint="Between 1 and 64; each has its own connection to PostgreSQL and mail server.",
            id="shopcare.E009",
        )
    if settings.LOG_FORMAT not in ("text", "json"):
        yield Error(
            f"LOG_FORMAT is {settings.LOG_FORMAT!r}.", hint="text or json.", id="shopcare.E010"
        )


def _production() -> Finding:
    if not settings.SITE_URL.startswith("https://"):
        yield Warning(
            f"SITE_URL is {settings.SITE_URL!r}, without https.",
            hint="Buyers' links would be readable on the way.",
            id="shopcare.W002",
        )
    if settings.EMAIL_BACKEND == FILES:
        yield Warning(
            "No mail provider is set: mail is written to files and reaches nobody.",
            hint="Set EMAIL_HOST for an SMTP server, or an ANYMAIL_… key of your provider.",
            id="shopcare.W003",
        )


def _is_allowed(host: str) -> bool:
    patterns = [pattern.lower() for pattern in settings.ALLOWED_HOSTS]
    return any(
        pattern in ("*", host) or (pattern.startswith(".") and f".{host}".endswith(pattern))
        for pattern in patterns
    )
