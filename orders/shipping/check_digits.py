"""The arithmetic of check digits: each says whether a number's last character proves the rest.

Pure; given letters and digits only. Sources: see `recognise`.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod10_from_right(number: str) -> bool:
    """GS1's modulo 10: weights 3 and 1 in turn, beginning with 3 beside the check digit.

    Source: https://www.gs1.org/services/how-calculate-check-digit-manually
    """
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def s10(number: str) -> bool:
    """The nine digits of a postal number: weights 8 6 4 2 3 5 9 7, modulo 11 (UPU S10)."""
    total = sum(int(d) * w for d, w in zip(number, (8, 6, 4, 2, 3, 5, 9, 7), strict=False))
    expected = 11 - total % 11
    return int(number[8]) == {10: 0, 11: 5}.get(expected, expected)


def ups(number: str) -> bool:
    """UPS and OnTrac: weights 1 and 2 in turn, modulo 10; A counts 2, B 3, and so on."""
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in number]
    *rest, last = values
    return -(sum(rest[::2]) + 2 * sum(rest[1::2])) % 10 == last


def fedex_express(number: str) -> bool:
    """FedEx Express: weights 1, 3, 7 in turn from the right, modulo 11, and 10 counts as 0."""
    *rest, last = (int(digit) for digit in number)
    total = sum(digit * (1, 3, 7)[place % 3] for place, digit in enumerate(reversed(rest)))
    return total % 11 % 10 == last


def identcode(number: str) -> bool:
    """Deutsche Post's Identcode: weights 4 and 9 in turn, modulo 10."""
    *rest, last = (int(digit) for digit in number)
    return -(4 * sum(rest[::2]) + 9 * sum(rest[1::2])) % 10 == last


def mod7(number: str) -> bool:
    """DHL Express: the rest of a division by 7."""
    return int(number[:-1]) % 7 == int(number[-1])


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right doubled, its own digits summed."""
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


def mod37_36(number: str) -> bool:
    """ISO/IEC 7064 MOD 37,36, the check character a digit or a letter."""
    product = 36
    for character in number[:-1]:
        product = (product + ALPHABET.index(character)) % 36 or 36
        product = product * 2 % 37
    return (product + ALPHABET.index(number[-1])) % 36 == 1
