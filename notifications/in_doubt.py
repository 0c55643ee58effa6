"""How many mails of this process may be on the way, and in doubt, at once."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

# A server that lets us wait longer than this over a mail is worth many on the way at once.
SLOW = 0.005
# After so many such mails in a row; one that is held up by something else does not count.
PACES = 5
# So many senders keep a quick server busy: one writes the next mail while it waits for the
# server. More of them would only compete for the interpreter.
ENOUGH_FOR_QUICK = 1


class InDoubt:
    """How many mails of this process may be in doubt at once.

    From the moment the server has the whole mail until our row says so, being killed means
    sending it again. While the server answers at once there is nothing to gain from several such
    mails side by side, so there is one. With a slow server every connection works for itself.

    Entered for each mail; `begin` is called when the mail is about to be handed over. Senders
    `join` before and `leave` after their work.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        # The best of the last few tells the server's pace; a busy machine only adds to it.
        self._paces: deque[float] = deque(maxlen=PACES)
        self._noting = threading.Lock()
        self._senders = 0
        self._local = threading.local()

    def __enter__(self) -> InDoubt:
        self._local.is_locked = False
        return self

    def begin(self) -> None:
        """Wait until no other mail is in doubt, or go ahead at once if the server is slow."""
        if not self.is_slow():
            self._one_at_a_time.acquire()
            self._local.is_locked = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._local.is_locked:
            self._one_at_a_time.release()

    def note(self, waited: float) -> None:
        """Remember for how many seconds the server let us wait over a mail."""
        with self._noting:
            self._paces.append(waited)

    def join(self) -> bool:
        """Whether one more sender is worth its while; one that joins has to leave."""
        is_slow = self.is_slow()
        with self._noting:
            if self._senders >= ENOUGH_FOR_QUICK and not is_slow:
                return False
            self._senders += 1
            return True

    def leave(self) -> None:
        """One sender less."""
        with self._noting:
            self._senders -= 1

    def is_known(self) -> bool:
        """Whether enough mails were sent to tell the server's pace."""
        return len(self._paces) == PACES

    def is_slow(self) -> bool:
        """Whether the server takes so long that many mails should be on the way at once."""
        with self._noting:
            return len(self._paces) == PACES and min(self._paces) > SLOW
