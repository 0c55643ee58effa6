"""What other services call: /hooks/<sender>/<shop key>/."""

from django.urls import path

from shopcare.hooks import easypost

urlpatterns = [
    path("hooks/easypost/<uuid:key>/", easypost.receive, name="hook_easypost"),
]
