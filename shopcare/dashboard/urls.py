"""The dashboard's addresses."""

from django.urls import path, register_converter

from shopcare.dashboard import home, orders
from shopcare.dashboard.addresses import OrderNumberConverter

register_converter(OrderNumberConverter, "order_number")

urlpatterns = [
    path("", home.home, name="home"),
    path("shops/<slug:slug>/", home.shop_page, name="shop"),
    path("shops/<slug:slug>/orders/", orders.order_list, name="orders"),
    # Last: a number may hold anything, even what looks like another page.
    path("shops/<slug:slug>/orders/<order_number:number>/", orders.order_page, name="order"),
]
