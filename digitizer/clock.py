"""Times carry their zone. The station's zone is Vietnam's, fixed, whatever an old PC is set to."""

from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))


def now() -> datetime:
    """The present time in Vietnam's zone, to the microsecond."""
    return datetime.now(VIETNAM)


def stamp(moment: datetime | None = None) -> str:
    """ISO 8601 with offset, as kept in the catalogue, such as ``2026-11-22T21:02:42.000000+07:00``."""
    return (moment or now()).isoformat(timespec="microseconds")
