"""How many senders a mail server is worth, and how many mails may be in doubt."""

import threading
import time

from notifications.in_doubt import ENOUGH_FOR_QUICK, PACES, SLOW, InDoubt


def meet(in_doubt: InDoubt, seconds: float) -> None:
    """Send as many mails as it takes to know the server's pace."""
    for _number in range(PACES):
        with in_doubt as mail:
            mail.begin()
            mail.note(seconds)


def most_at_once(in_doubt: InDoubt) -> int:
    """How many of three senders were between handing over and settling at one time."""
    now, most = 0, 0
    counting = threading.Lock()

    def send() -> None:
        nonlocal now, most
        with in_doubt as mail:
            mail.begin()
            with counting:
                now += 1
                most = max(most, now)
            time.sleep(0.05)
            with counting:
                now -= 1

    senders = [threading.Thread(target=send) for _number in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return most


def test_of_a_server_that_nobody_knows_one_mail_is_in_doubt_at_a_time() -> None:
    assert most_at_once(InDoubt()) == 1


def test_of_a_quick_server_one_mail_is_in_doubt_at_a_time() -> None:
    in_doubt = InDoubt()
    meet(in_doubt, 0)

    assert most_at_once(in_doubt) == 1


def test_a_slow_server_takes_many_mails_at_once() -> None:
    in_doubt = InDoubt()
    meet(in_doubt, SLOW * 2)

    assert most_at_once(in_doubt) == 3


def test_a_quick_server_is_worth_two_senders() -> None:
    in_doubt = InDoubt()

    joined = [in_doubt.join() for _number in range(4)]

    assert joined == [True] * ENOUGH_FOR_QUICK + [False] * (4 - ENOUGH_FOR_QUICK)


def test_who_leaves_makes_room_for_another() -> None:
    in_doubt = InDoubt()
    while in_doubt.join():
        pass

    in_doubt.leave()

    assert in_doubt.join()


def test_a_slow_server_is_worth_all_senders() -> None:
    in_doubt = InDoubt()
    meet(in_doubt, SLOW * 2)

    assert all(in_doubt.join() for _number in range(10))


def test_a_mail_that_failed_is_in_doubt_no_longer() -> None:
    in_doubt = InDoubt()
    try:
        with in_doubt as mail:
            mail.begin()
            raise ConnectionError
    except ConnectionError:
        pass

    assert most_at_once(in_doubt) == 1
