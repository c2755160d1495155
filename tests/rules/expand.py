#!/usr/bin/env python3
"""Expands rules with python-dateutil and zoneinfo, to judge the product's expansion (tests/rust/rules.rs).

A line of input: start | zone or - | last day | RRULE:… RDATE:… EXRULE:…, all of it on the clock of the zone.
A line of output: the days, the first instants in UTC, and where they are not all at one time of day, all times on the clock:
20260105 20260106 | 20260105T080000Z 20260106T080000Z | 20260105T090000 20260106T090000
"""
import sys
import warnings
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

# A rule with COUNT gets an end as well.
warnings.simplefilter("ignore", DeprecationWarning)

FORM = "%Y%m%dT%H%M%S"


def expand(line):
    start, zone, last, lines = line.rstrip("\n").split("|")
    start = datetime.strptime(start, FORM)
    last = datetime.strptime(last, "%Y%m%d") + timedelta(days=1)
    rules = rruleset()
    has_rule = False
    for entry in lines.split():
        name, value = entry.split(":")
        if name == "RDATE":
            rules.rdate(datetime.strptime(value, FORM))
            continue
        has_rule = has_rule or name == "RRULE"
        try:
            rule = rrulestr(value, dtstart=start)
            # It would look for a day that never comes until the year 9999.
            if "UNTIL" not in value:
                rule = rule.replace(until=last)
            next(iter(rule), None)
        except ValueError as error:
            # Hours that its steps never reach: no day at all.
            if "empty" not in str(error):
                raise
            continue
        if name == "RRULE":
            rules.rrule(rule)
        else:
            rules.exrule(rule)
    if not has_rule:
        rules.rdate(start)
    times = []
    for time in rules:
        if time >= last:
            break
        times.append(time)
    instants = []
    for time in times[:8]:
        zoned = time.replace(tzinfo=ZoneInfo("UTC" if zone == "-" else zone))
        instants.append(zoned.astimezone(timezone.utc).strftime(FORM) + "Z")
    several = any(time.time() != start.time() for time in times)
    return " | ".join(
        [
            " ".join(time.strftime("%Y%m%d") for time in times),
            " ".join(instants),
            " ".join(time.strftime(FORM) for time in times) if several else "",
        ]
    )


for line in sys.stdin:
    print(expand(line))
