"""Each mistake in the settings is named."""

from typing import Any

import pytest

from shopcare import checks

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def found() -> set[str | None]:
    every = [
        *checks.check_site(None),
        *checks.check_mail(None),
        *checks.check_machines(None),
        *checks.check_production(None),
    ]
    assert all(finding.hint for finding in every)
    return {finding.id for finding in every}


@pytest.fixture(autouse=True)
def production(settings: Any) -> None:
    settings.SITE_URL = "https://care.example.com"
    settings.ALLOWED_HOSTS = ["care.example.com"]
    settings.EMAIL_HOST = "smtp.example.com"
    settings.EMAIL_BACKEND = SMTP
    settings.DEFAULT_FROM_EMAIL = "My shop <care@example.com>"
    settings.REDIS_URL = "redis://redis.example.com/0"


def test_a_proper_server_has_nothing_to_say() -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("SITE_URL", "care.example.com", "shopcare.E001"),
        ("SITE_URL", "https://care.example.com/shop", "shopcare.E002"),
        ("SITE_URL", "https://other.example.com", "shopcare.E003"),
        ("EMAIL_BACKEND", "anymail.backends.postmark.EmailBackend", "shopcare.E004"),
        ("DEFAULT_FROM_EMAIL", "My shop", "shopcare.E006"),
        ("REDIS_URL", "localhost:6379", "shopcare.E008"),
        ("OUTBOX_THREADS", 0, "shopcare.E009"),
        ("LOG_FORMAT", "xml", "shopcare.E010"),
        ("SITE_URL", "http://care.example.com", "shopcare.W002"),
    ],
)
def test_a_mistake_is_named(settings: Any, name: str, value: object, finding: str) -> None:
    setattr(settings, name, value)

    assert finding in found()


def test_tls_and_ssl_together_are_a_mistake(settings: Any) -> None:
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = True

    assert found() == {"shopcare.E005"}


def test_two_providers_need_a_choice(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    settings.EMAIL_BACKEND = "anymail.backends.brevo.EmailBackend"
    settings.ANYMAIL = {"BREVO_API_KEY": "a", "POSTMARK_SERVER_TOKEN": "b"}
    chosen = found()
    settings.EMAIL_BACKEND = "anymail.backends.resend.EmailBackend"

    assert chosen == set()
    assert found() == {"shopcare.E007"}


def test_mail_into_files_is_a_warning_on_a_server(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    settings.EMAIL_BACKEND = "shopcare.eml_backend.EmailBackend"

    assert found() == {"shopcare.W003"}
