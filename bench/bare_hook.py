"""The least that a webhook has to do: check the signature, insert one row, answer."""

import hashlib
import hmac
import json
import os

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

SECRET = os.environ.get("BENCH_HOOK_SECRET", "").encode()


def receive(request: HttpRequest, key: str) -> HttpResponse:
    """Store one report under the name that its sender gave it."""
    body = request.body
    expected = "hmac-sha256-hex=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Hmac-Signature", "")):
        return HttpResponse(status=401)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO orders_trackingreport
                 (shop_id, key, body, received_at, problem, tracking_code)
               SELECT id, %s, %s, now(), '', '' FROM orders_shop LIMIT 1
               ON CONFLICT DO NOTHING""",
            [json.loads(body)["id"], body.decode()],
        )
    return HttpResponse()


urlpatterns = [path("hooks/easypost/<str:key>/", receive)]
application = get_wsgi_application()
