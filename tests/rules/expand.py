#!/usr/bin/env python3
"""Expands rules with python-dateutil and zoneinfo, to judge the product's expansion (tests/rust/rules.rs).

A line of input: start | zone or - | last day | RRULE:… RDATE:… EXRULE:…, all of it on the clock of the zone.
A line of output: the days, and the first instants in UTC: 20260105 20260106 | 20260105T080000Z 20260106T080000Z
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
        rule = rrulestr(value, dtstart=start)
        # It would look for a day that never comes until the year 9999.
        if "UNTIL" not in value:
            rule = rule.replace(until=last)
        if name == "RRULE":
            rules.rrule(rule)
            has_rule = True
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
    return " ".join(time.strftime("%Y%m%d") for time in times) + " | " + " ".join(instants)


for line in sys.stdin:
    print(expand(line))
