"""The dashboard's addresses."""

from django.urls import path, register_converter

from shopcare.dashboard import home, members, orders
from shopcare.dashboard.addresses import OrderNumberConverter

register_converter(OrderNumberConverter, "order_number")

urlpatterns = [
    path("", home.home, name="home"),
    path("shops/<slug:slug>/", home.shop_page, name="shop"),
    path("shops/<slug:slug>/members/", members.member_list, name="members"),
    path("shops/<slug:slug>/members/<int:member>/role/", members.change_role, name="member_role"),
    path("shops/<slug:slug>/members/<int:member>/remove/", members.remove, name="member_remove"),
    path(
        "shops/<slug:slug>/members/invitations/<int:invitation>/again/",
        members.send_again,
        name="invitation_again",
    ),
    path(
        "shops/<slug:slug>/members/invitations/<int:invitation>/withdraw/",
        members.withdraw,
        name="invitation_withdraw",
    ),
    path("shops/<slug:slug>/orders/", orders.order_list, name="orders"),
    # Last: a number may hold anything, even what looks like another page.
    path("shops/<slug:slug>/orders/<order_number:number>/", orders.order_page, name="order"),
]
