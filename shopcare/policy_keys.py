"""A shop's policy as KEY=VALUE: shown, and changed, in the words of `manage.py policy`.

Keys are the policy's own fields, `sending_window`, each rule (`relist=off`) and each note of a
channel (`etsy.thank_you=marketplace_does`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import time
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from orders.models import Channel, Policy
from orders.words import BUYER_NOTES, ChannelKind, ChannelMode, Rule

Value = int | str | bool

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Settings whose text is not simply their value.
OTHERWISE = (
    *("window_opens", "window_closes", "weekend", "rules_off", "digest_at", "insure_up_to"),
)
SWITCH = {"on": True, "off": False, "true": True, "false": False, "yes": True, "no": False}


class BadSetting(ValueError):
    """A key or value that means nothing; the message says what would."""


def shown(policy: Policy, channels: Iterable[Channel]) -> dict[str, Value]:
    """The whole policy as keys and values that could be set just so."""
    found: dict[str, Value] = {
        name: getattr(policy, name) for name in FIELDS if name not in OTHERWISE
    }
    found["insure_up_to"] = "" if policy.insure_up_to is None else f"{policy.insure_up_to:f}"
    found["sending_window"] = f"{policy.window_opens:%H:%M}-{policy.window_closes:%H:%M}"
    found["digest_at"] = f"{policy.digest_at:%H:%M}"
    found["weekend"] = ",".join(WEEKDAYS[day] for day in sorted(policy.weekend))
    found |= {str(rule): "on" if policy.is_on(rule) else "off" for rule in Rule}
    for channel in channels:
        for kind in BUYER_NOTES:
            found[f"{channel.kind}.{kind}"] = str(channel.mode(kind))
    return found


def change(policy: Policy, channels: dict[str, Channel], settings: Iterable[str]) -> set[str]:
    """Apply KEY=VALUE settings to the given models, unsaved; the kinds of channels changed.

    Raises BadSetting.
    """
    touched: set[str] = set()
    for setting in settings:
        key, equals, text = setting.partition("=")
        key, text = key.strip(), text.strip()
        if not equals:
            raise BadSetting(f"“{setting}” sets nothing: write KEY=VALUE, like reminder_after=3.")
        kind, dot, note = key.partition(".")
        if dot and kind in channels:
            _route(channels[kind], note, text)
            touched.add(kind)
        elif key in Rule.values:
            _switch(policy, key, text)
        elif key == "sending_window":
            policy.window_opens, policy.window_closes = _window(key, text)
        elif key in FIELDS:
            setattr(policy, key, FIELDS[key](key, text))
        else:
            raise BadSetting(_unknown(key, channels))
    return touched


def _route(channel: Channel, note: str, mode: str) -> None:
    if note not in BUYER_NOTES:
        raise BadSetting(_choose(f"{channel.kind}.{note}", note, BUYER_NOTES, "note to buyers"))
    if mode not in ChannelMode.values:
        raise BadSetting(_choose(f"{channel.kind}.{note}", mode, ChannelMode.values, "way"))
    channel.modes = {**channel.modes, note: mode}


def _switch(policy: Policy, rule: str, text: str) -> None:
    off = set(policy.rules_off)
    if _truth(rule, text):
        off.discard(rule)
    else:
        off.add(rule)
    policy.rules_off = [each for each in Rule.values if each in off]


def _number(key: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise BadSetting(f"{key}: “{text}” is no whole number.")
    return int(text)


def _truth(key: str, text: str) -> bool:
    if text.lower() not in SWITCH:
        raise BadSetting(f"{key}: “{text}” is neither on nor off.")
    return SWITCH[text.lower()]


def _service(key: str, text: str) -> str:
    if len(text) > 100:
        raise BadSetting(f"{key}: a service's name has 100 letters at most.")
    return " ".join(text.split())


def _limit(key: str, text: str) -> Decimal | None:
    """An amount in the shop's currency; nothing for no limit."""
    if not text or text.lower() == "none":
        return None
    if not re.fullmatch(r"\d{1,11}(\.\d{1,3})?", text, re.ASCII):
        raise BadSetting(f"{key}: “{text}” is no amount; write it like 500 or 99.90, or nothing.")
    return Decimal(text)


def _clock(key: str, text: str) -> time:
    try:
        hour, _colon, minute = text.partition(":")
        # Midnight as the end of a day is stored as its name in the next.
        return time(0) if text == "24:00" else time(int(hour), int(minute or 0))
    except ValueError as wrong:
        raise BadSetting(f"{key}: “{text}” is no time of day; write it like 08:00.") from wrong


def _window(key: str, text: str) -> tuple[time, time]:
    opens, dash, closes = text.replace("–", "-").partition("-")
    if not dash:
        raise BadSetting(f"{key}: “{text}” is no window; write it like 08:00-20:00.")
    return _clock(key, opens.strip()), _clock(key, closes.strip())


def _weekdays(key: str, text: str) -> list[int]:
    """Days by name or number (0 is Monday)."""
    days = set()
    for word in text.replace(" ", ",").lower().strip("[]").split(","):
        if not word or word == "none":
            continue
        if word[:3] in WEEKDAYS:
            days.add(WEEKDAYS.index(word[:3]))
        elif word in map(str, range(7)):
            days.add(int(word))
        else:
            raise BadSetting(f"{key}: “{word}” is no weekday; write them like sat,sun.")
    return sorted(days)


def _rules(key: str, text: str) -> list[str]:
    named = {word.strip() for word in text.strip("[]").split(",") if word.strip()}
    for word in sorted(named):
        if word not in Rule.values:
            raise BadSetting(_choose(key, word, Rule.values, "rule"))
    return [rule for rule in Rule.values if rule in named]


def _moment_of_notice(key: str, text: str) -> str:
    if text not in Policy.TrackingNoticeWhen.values:
        raise BadSetting(_choose(key, text, Policy.TrackingNoticeWhen.values, "moment"))
    return text


def _unknown(key: str, channels: Iterable[str]) -> str:
    known = [*FIELDS, "sending_window", *Rule.values]
    known += [f"{kind}.{note}" for kind in channels for note in BUYER_NOTES]
    nearest = get_close_matches(key, known, n=1)
    hint = f"did you mean “{nearest[0]}”?" if nearest else "without settings, all are shown."
    kind = key.partition(".")[0]
    if "." in key and kind not in ChannelKind.values:
        hint = f"channels are: {', '.join(channels)}."
    return f"There is no setting “{key}”; {hint}"


def _choose(key: str, given: str, known: Iterable[str], what: str) -> str:
    return f"{key}: there is no {what} “{given}”; there are: {', '.join(known)}."


FIELDS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(
        (
            *("fast_payment_hours", "reminder_after", "payment_window", "handling_days"),
            *("stalled_days", "answer_within_hours", "arrival_check_after"),
        ),
        _number,
    ),
    "tracking_notice_when": _moment_of_notice,
    "delay_notice_automatic": _truth,
    "window_opens": _clock,
    "window_closes": _clock,
    "digest_at": _clock,
    "weekend": _weekdays,
    "observe_holidays": _truth,
    "rules_off": _rules,
    "home_service": _service,
    "abroad_service": _service,
    "insure": _truth,
    "insure_up_to": _limit,
    "pack_first": _truth,
}
