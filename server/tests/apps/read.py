"""Reads calendar documents with the icalendar package and prints what stands in them, a line each, times in UTC.

Ends with an error on anything that the package complains about, on a TZID without its VTIMEZONE, and where a
VTIMEZONE tells another time than the system's own data.
"""

import datetime
import sys
import zoneinfo

import icalendar

UTC = datetime.timezone.utc


def utc(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zones_of(calendar):
    zones = {}
    for component in calendar.walk("VTIMEZONE"):
        zones[str(component["TZID"])] = component.to_tz()
    return zones


def check_zone(zones, start):
    name = start.params.get("TZID")
    if name is None:
        assert start.dt.tzinfo is not None, f"{start} floats"
        return
    wall = start.dt.replace(tzinfo=None)
    told = zones[name].utcoffset(wall)
    known = zoneinfo.ZoneInfo(name).utcoffset(wall)
    assert told == known, f"{name} at {wall}: {told} in the document, {known} in truth"


def show(path):
    with open(path, "rb") as file:
        content = file.read()
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), "a line is not folded"
    calendar = icalendar.Calendar.from_ical(content)
    for component in calendar.walk():
        assert not component.errors, component.errors
    zones = zones_of(calendar)
    for event in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event), event
        for name in {"DTSTART", "DTEND"} & set(event):
            check_zone(zones, event[name])
        print(utc(event["DTSTART"].dt), utc(event.end), event["SUMMARY"])
    for busy in calendar.walk("VFREEBUSY"):
        periods = busy.get("FREEBUSY", [])
        for period in periods if isinstance(periods, list) else [periods]:
            for start, end in [p.dt for p in getattr(period, "dts", [period])]:
                print(utc(start), utc(end), period.params["FBTYPE"])


for path in sys.argv[1:]:
    show(path)
