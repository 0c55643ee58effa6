"""The buyers' addresses. Whoever has the link is the buyer; nothing else leads here."""

from django.urls import path

from shopcare.buyer import views

urlpatterns = [
    path("o/<str:token>/", views.order_page, name="buyer_order"),
    path("o/<str:token>/saved/", views.saved_page, name="buyer_saved"),
]
