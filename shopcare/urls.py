"""Every address of the program."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from shopcare import health
from shopcare.accounts.joining import invitation_page

# The admin site uses the one log-in page, with its rate limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "shopcare"

urlpatterns = [
    path("", include("shopcare.dashboard.urls")),
    path("", include("shopcare.buyer.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("shopcare.hooks.urls")),
    path("invitations/<str:token>/", invitation_page, name="invitation"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
