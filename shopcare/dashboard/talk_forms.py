"""More that a seller can do to an order: what was said, pauses, refunds, cancelling, remarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders import lifecycle
from orders.facts import Answer, Cancel, Fact, Pause, Refund, Reinstate, Resume, Word
from orders.models import Order
from orders.remarks import LONGEST, add_remark
from orders.showing import Showing
from shopcare.dashboard.action_forms import (
    CorrectNumber,
    Delivered,
    MomentField,
    MoneyField,
    MoreTime,
    OrderAction,
    Pay,
    Relist,
    Ship,
)

WAYS = [
    ("", gettext_lazy("by message")),
    ("☎ ", gettext_lazy("on the phone")),
    ("⌂ ", gettext_lazy("in person")),
]


def _lines(**attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "dir": "auto", **attrs})


class Said(OrderAction):
    slug, title = "word", gettext_lazy("The buyer said something")
    button = gettext_lazy("Note it")
    hint = gettext_lazy("A call, or a message in the marketplace: it counts as the buyer's word.")
    way = forms.ChoiceField(label=gettext_lazy("How"), choices=WAYS, required=False)
    text = forms.CharField(
        label=gettext_lazy("What the buyer said"), max_length=20_000, widget=_lines()
    )
    when = MomentField()

    def facts(self, now: datetime) -> Sequence[Fact]:
        data = self.cleaned_data
        return [Word(order=self.order.number, at=self.at(now), text=data["way"] + data["text"])]


class Answered(OrderAction):
    slug, title, button = "answer", gettext_lazy("You answered"), gettext_lazy("I have answered")
    text = forms.CharField(
        label=gettext_lazy("What you said (may stay empty)"),
        required=False,
        max_length=20_000,
        widget=_lines(),
    )

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.last_word_at is not None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [Answer(order=self.order.number, at=now, text=self.cleaned_data["text"])]


class GiveBack(OrderAction):
    slug, title, button = "refund", gettext_lazy("Refund"), gettext_lazy("Yes, it went back")
    hint = gettext_lazy("This notes that the money went back; it moves no money itself.")
    is_grave = True
    amount = MoneyField(label=gettext_lazy("Amount (empty: all that was paid)"))
    when = MomentField()

    def prepare(self) -> None:
        """Say what went back already: an import may have told of it."""
        if self.order.refunded_amount > 0:
            gone = Showing(self.order.shop).money(self.order.refunded_amount, self.order.currency)
            told = _("%(sum)s went back so far. This comes on top of it.")
            self.fields["amount"].help_text = told % {"sum": gone}

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return bool(order.paid_amount > order.refunded_amount)

    def clean_amount(self) -> Decimal:
        most = self.order.paid_amount - self.order.refunded_amount
        amount: Decimal = self.cleaned_data["amount"] or most
        if amount > most:
            raise forms.ValidationError(_("No more than what was paid can go back."))
        return amount

    def facts(self, now: datetime) -> Sequence[Fact]:
        amount = self.cleaned_data["amount"]
        return [Refund(order=self.order.number, at=self.at(now), amount=amount)]


class CancelOrder(OrderAction):
    slug, title, button = (
        "cancel",
        gettext_lazy("Cancel the order"),
        gettext_lazy("Yes, cancel the order"),
    )
    is_grave = True
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=2_000)

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.cancelled_at is None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [Cancel(order=self.order.number, at=now, reason=self.cleaned_data["reason"])]


class ReinstateOrder(OrderAction):
    slug, title = "reinstate", gettext_lazy("Bring it back")
    button = gettext_lazy("Bring it back")
    hint = gettext_lazy("The order is alive again, as if it had not been cancelled.")

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.cancelled_at is not None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [Reinstate(order=self.order.number, at=now)]


class PauseOrder(OrderAction):
    slug, title = "pause", gettext_lazy("Pause this order")
    button = gettext_lazy("Pause this order")
    hint = gettext_lazy("No note about it goes out until you end the pause.")

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.paused_at is None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [Pause(order=self.order.number, at=now)]


class ResumeOrder(OrderAction):
    slug, title = "resume", gettext_lazy("End the pause")
    button = gettext_lazy("End the pause")

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.paused_at is not None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return [Resume(order=self.order.number, at=now)]


class PauseBuyer(OrderAction):
    slug, title = "pause_buyer", gettext_lazy("Pause this buyer")
    button = gettext_lazy("Pause this buyer")
    hint = gettext_lazy("No note goes to this buyer, about any order, until you end the pause.")

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.buyer.paused_at is None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return []

    def act(self, now: datetime, author: str) -> bool:
        return lifecycle.pause_buyer(buyer=self.order.buyer, at=now, now=now)


class ResumeBuyer(OrderAction):
    slug, title = "resume_buyer", gettext_lazy("End the buyer's pause")
    button = gettext_lazy("End the buyer's pause")

    @classmethod
    def is_possible(cls, order: Order) -> bool:
        return order.buyer.paused_at is not None

    def facts(self, now: datetime) -> Sequence[Fact]:
        return []

    def act(self, now: datetime, author: str) -> bool:
        return lifecycle.resume_buyer(buyer=self.order.buyer, now=now)


class Remark(OrderAction):
    slug, title, button = "remark", gettext_lazy("A note of your own"), gettext_lazy("Keep it")
    hint = gettext_lazy("Only you and your helpers see it.")
    minds_changes = False
    text = forms.CharField(label=gettext_lazy("Your note"), max_length=LONGEST, widget=_lines())

    def facts(self, now: datetime) -> Sequence[Fact]:
        return []

    def act(self, now: datetime, author: str) -> bool:
        return add_remark(self.order, self.cleaned_data["text"], author=author, now=now)


# As they stand on the page: what moves the order on, what was said, and the rest.
GROUPS: list[tuple[Any, list[type[OrderAction]]]] = [
    (gettext_lazy("Move it on"), [Pay, MoreTime, Relist, Ship, CorrectNumber, Delivered]),
    (gettext_lazy("Note what was said"), [Said, Answered, Remark]),
    (
        gettext_lazy("Pause, refund, cancel"),
        [PauseOrder, ResumeOrder, PauseBuyer, ResumeBuyer, GiveBack, CancelOrder, ReinstateOrder],
    ),
]
ACTIONS = {form.slug: form for _title, forms_ in GROUPS for form in forms_}
