"""One line an event: for people by default, as JSON with LOG_FORMAT=json."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

# What every record carries; anything else was given as `extra` and is worth writing.
ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class TextFormatter(logging.Formatter):
    """`2026-11-21 09:30:00 INFO notifications.sweep: swept (looked_at=3)`, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, followed by a traceback where there is one."""
        when = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        line = f"{when} {record.levelname} {record.name}: {record.getMessage()}"
        if details := extras(record):
            line += " (" + ", ".join(f"{key}={value}" for key, value in details.items()) + ")"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line; times in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, with a traceback as text under `exception`."""
        document: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **extras(record),
        }
        if record.exc_info:
            document["exception"] = self.formatException(record.exc_info)
        return json.dumps(document, default=str, ensure_ascii=False)


def extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller gave as `extra`, without what Django attaches for its own handlers."""
    return {
        key: value
        for key, value in vars(record).items()
        if key not in ORDINARY
        and key not in ("request", "status_code", "server_time", "color_message")
    }
