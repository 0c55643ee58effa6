"""The dashboard's addresses."""

from django.urls import path, register_converter

from orders.models import FileRole
from shopcare.dashboard import (
    actions,
    bulk,
    claims,
    easypost_account,
    exports,
    help,
    home,
    imports,
    members,
    messages,
    new_order,
    notes,
    order_address,
    order_page,
    orders,
    policy,
    reports,
    setup,
    ship,
    shipping,
    shipping_items,
    slips,
    today,
    undoing,
    wording,
)
from shopcare.dashboard.addresses import OrderNumberConverter

register_converter(OrderNumberConverter, "order_number")

urlpatterns = [
    path("", home.home, name="home"),
    path("setup/", setup.open_shop, name="open_shop"),
    path("shops/<slug:slug>/", today.today_page, name="shop"),
    path("shops/<slug:slug>/today/act/", today.today_act, name="today_act"),
    path("shops/<slug:slug>/help/", help.help_page, name="help"),
    path("shops/<slug:slug>/imports/", imports.import_list, name="imports"),
    path("shops/<slug:slug>/imports/template.csv", imports.import_template, name="import_template"),
    path("shops/<slug:slug>/imports/<int:run>/", imports.import_page, name="import"),
    path("shops/<slug:slug>/imports/<int:run>/start/", imports.import_start, name="import_start"),
    path(
        "shops/<slug:slug>/imports/<int:run>/channel/",
        imports.import_channel,
        name="import_channel",
    ),
    path(
        "shops/<slug:slug>/imports/<int:run>/discard/",
        imports.import_discard,
        name="import_discard",
    ),
    path(
        "shops/<slug:slug>/imports/<int:run>/failed/",
        imports.import_failed,
        {"role": FileRole.FAILED_ORDERS},
        name="import_failed",
    ),
    path(
        "shops/<slug:slug>/imports/<int:run>/failed-items/",
        imports.import_failed,
        {"role": FileRole.FAILED_ITEMS},
        name="import_failed_items",
    ),
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
    path("shops/<slug:slug>/messages/", messages.message_list, name="messages"),
    path(
        "shops/<slug:slug>/messages/<int:message>/copied/",
        messages.message_copied,
        name="message_copied",
    ),
    path("shops/<slug:slug>/orders/", orders.order_list, name="orders"),
    path("shops/<slug:slug>/orders/new/", new_order.new_order, name="new_order"),
    path("shops/<slug:slug>/orders/export.csv", exports.export_orders, name="orders_export"),
    path("shops/<slug:slug>/orders/undo/", undoing.undo, name="orders_undo"),
    path("shops/<slug:slug>/orders/bulk/", bulk.choose_bulk, name="bulk_choose"),
    path("shops/<slug:slug>/orders/bulk/<slug:action>/", bulk.bulk, name="bulk"),
    *(
        path(f"shops/<slug:slug>/orders/<order_number:number>/{tail}", view, name=name)
        for tail, view, name in (
            # The longest first: a number matches all that stands before the rest.
            ("notes/<slug:kind>/do/<slug:decision>/", notes.decide, "note_decide"),
            ("do/<slug:action>/", actions.act, "order_act"),
            ("copied/<int:message>/", notes.copied, "note_copied"),
            ("notes/<slug:kind>/", notes.note_page, "note"),
            ("notes/<slug:kind>/mail/", notes.note_mail, "note_mail"),
            ("address/check/", order_address.address_check, "address_check"),
            ("address/take/", order_address.address_take, "address_take"),
            ("address/ask/", order_address.address_ask, "address_ask"),
            ("address/keep/", order_address.address_keep, "address_keep"),
            ("address/", order_address.address_page, "order_address"),
            (
                "claim/<order_number:parcel>/evidence/<slug:sort>/<int:at>/",
                claims.claim_evidence,
                "claim_evidence",
            ),
            ("claim/<order_number:parcel>/", claims.claim_page, "claim"),
            ("slip/", slips.order_slip, "order_slip"),
            # Last: a number may hold anything, even what looks like another page.
            ("", order_page.order_page, "order"),
        )
    ),
    path("shops/<slug:slug>/policy/", policy.policy_page, name="policy"),
    path("shops/<slug:slug>/policy/preview/", policy.policy_preview, name="policy_preview"),
    path(
        "shops/<slug:slug>/policy/preview/<int:preview>/",
        policy.policy_preview_part,
        name="policy_preview_part",
    ),
    path("shops/<slug:slug>/reports/", reports.report_page, name="reports"),
    path("shops/<slug:slug>/reports/<slug:report>.csv", reports.report_csv, name="report_csv"),
    path("shops/<slug:slug>/setup/", setup.setup, name="setup"),
    path("shops/<slug:slug>/setup/later/", setup.setup_later, name="setup_later"),
    path("shops/<slug:slug>/setup/<slug:step>/", setup.setup_step, name="setup_step"),
    path("shops/<slug:slug>/ship/", ship.ship_page, name="ship"),
    path("shops/<slug:slug>/ship/parcel/", ship.ship_parcel, name="ship_parcel"),
    path("shops/<slug:slug>/ship/carriers/", ship.ship_carriers, name="ship_carriers"),
    path("shops/<slug:slug>/ship/take-back/", ship.ship_take_back, name="ship_take_back"),
    path("shops/<slug:slug>/ship/correct/", ship.ship_correct, name="ship_correct"),
    path("shops/<slug:slug>/ship/ticks/", ship.ship_ticks, name="ship_ticks"),
    path("shops/<slug:slug>/ship/extras/", ship.ship_extras, name="ship_extras"),
    path("shops/<slug:slug>/ship/slips/", slips.slips, name="slips"),
    path("shops/<slug:slug>/shipping/", shipping.shipping_page, name="shipping"),
    path(
        "shops/<slug:slug>/shipping/account/",
        easypost_account.account_page,
        name="shipping_account",
    ),
    path(
        "shops/<slug:slug>/shipping/account/disconnect/",
        easypost_account.account_disconnect,
        name="shipping_account_disconnect",
    ),
    path("shops/<slug:slug>/shipping/boxes/", shipping.shipping_box_add, name="shipping_box_add"),
    path("shops/<slug:slug>/shipping/boxes/<int:box>/", shipping.shipping_box, name="shipping_box"),
    path("shops/<slug:slug>/shipping/items/", shipping_items.item_list, name="shipping_items"),
    path(
        "shops/<slug:slug>/shipping/items/items.csv",
        shipping_items.item_file,
        name="shipping_items_file",
    ),
    path(
        "shops/<slug:slug>/shipping/items/upload/",
        shipping_items.item_upload,
        name="shipping_items_upload",
    ),
    path(
        "shops/<slug:slug>/shipping/items/<int:item>/",
        shipping_items.item_page,
        name="shipping_item",
    ),
    path(
        "shops/<slug:slug>/shipping/services/",
        shipping.shipping_services,
        name="shipping_services",
    ),
    path("shops/<slug:slug>/wording/", wording.wording_list, name="wording"),
    *(
        path(f"shops/<slug:slug>/wording/<slug:kind>/<slug:language>/{tail}", view, name=name)
        for tail, view, name in (
            ("", wording.wording_page, "wording_text"),
            ("preview/", wording.wording_preview, "wording_preview"),
            ("mail/", wording.wording_mail, "wording_mail"),
            ("test/", wording.wording_test, "wording_test"),
            ("reset/", wording.wording_reset, "wording_reset"),
        )
    ),
]
