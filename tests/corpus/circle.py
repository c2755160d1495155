"""Compares objects before and after a full circle (here, Exchange, there), property by property.

    circle.py PAIRS EXPECTED [all]
                                  PAIRS: a line of JSON for each object, with kind, name, before and after
                                  EXPECTED: tests/data/differences.tsv; kind, property and difference may hold a *
                                  all: expected differences that no longer occur are told

Shares no code with the extension. Not told: folding, the order of lines and parameters, another name for a zone of the
same rules, another way to write the same instant, duration, set or picture; and lines about the file itself.
Fails where a difference is not expected.
"""

import base64
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# About the file, not about the object.
FILE = {"DTSTAMP", "LAST-MODIFIED", "PRODID", "SEQUENCE", "REV", "VERSION", "CALSCALE", "METHOD", "UID", "RECURRENCE-ID", "X-LIC-ERROR"}
TIMES = {"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE", "COMPLETED", "CREATED"}
TEXTS_DEFAULT = {"CLASS": "PUBLIC", "PRIORITY": "0", "TRANSP": "OPAQUE"}
PLAIN_PARAMS = {("ATTENDEE", "CUTYPE"): "INDIVIDUAL", ("ATTENDEE", "ROLE"): "REQ-PARTICIPANT", ("ATTENDEE", "RSVP"): "FALSE",
                ("ATTENDEE", "PARTSTAT"): "NEEDS-ACTION", ("TRIGGER", "RELATED"): "START", ("TRIGGER", "VALUE"): "DURATION",
                ("RELATED-TO", "RELTYPE"): "PARENT"}


class Line:
    def __init__(self, text):
        head, self.value = divide(text)
        pieces = split(head, ";")
        name = pieces[0].strip()
        self.group, _, self.name = name.rpartition(".")
        self.name = self.name.upper()
        self.params = defaultdict(list)
        for piece in pieces[1:]:
            key, mark, values = piece.partition("=")
            if not mark:
                key, values = "TYPE", piece
            for value in split(values, ","):
                self.params[key.strip().upper()].append(re.sub(r"\^([n^'])", lambda m: {"n": "\n", "^": "^", "'": '"'}[m[1]],
                                                               value.strip().strip('"')))

    def param(self, name):
        return self.params[name][0] if name in self.params else None


class Part:
    def __init__(self, name):
        self.name, self.lines, self.parts = name, [], []

    def first(self, name):
        return next((line for line in self.lines if line.name == name), None)


def divide(text):
    quoted = False
    for at, char in enumerate(text):
        quoted ^= char == '"'
        if char == ":" and not quoted:
            return text[:at], text[at + 1:]
    at = text.find(":")
    return (text[:at], text[at + 1:]) if at >= 0 else (text, "")


def split(text, mark):
    parts, quoted, start, escaped = [], False, 0, False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and mark in ";," and "=" in text[:at]:
            quoted = not quoted
        elif char == mark and not quoted:
            parts.append(text[start:at])
            start = at + 1
    return parts + [text[start:]]


def parse(text):
    top = Part("")
    open_parts = [top]
    text = re.sub(r"\r\n?", "\n", text.lstrip("\ufeff"))
    for logical in re.sub(r"\n[ \t]", "", text).split("\n"):
        if not logical.strip():
            continue
        line = Line(logical)
        if line.name == "BEGIN":
            part = Part(line.value.strip().upper())
            open_parts[-1].parts.append(part)
            open_parts.append(part)
        elif line.name == "END":
            open_parts.pop()
        else:
            open_parts[-1].lines.append(line)
    return top.parts[0]


def unescape(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)


def tidy(text):
    """A text without the characters that XML cannot hold, as one that ends without blank lines."""
    text = re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


class Zones:
    """The zones of a calendar by TZID."""

    def __init__(self, calendar_text):
        self.own = {}
        for block in re.findall(r"(?msi)^BEGIN:VTIMEZONE.*?^END:VTIMEZONE[^\n]*", re.sub(r"\r\n?", "\n", calendar_text)):
            name, zone = told(block)
            self.own[name] = zone

    def find(self, name):
        name = name.strip().strip('"')
        for guess in (name, "/".join(name.split("/")[-2:]), "/".join(name.split("/")[-3:])):
            zone = named(WINDOWS_TO_OLSON.get(guess, guess))
            if zone:
                return zone
        return self.own.get(name) or named(name.split("/")[-1])


@lru_cache(None)
def told(block):
    """A VTIMEZONE's name and zone; None where it cannot be read."""
    try:
        zone = icalendar.Timezone.from_ical(block.replace("\n", "\r\n") + "\r\n")
        return str(zone["TZID"]).strip('"'), zone.to_tz(lookup_tzid=False)
    except Exception:
        return None, None


@lru_cache(None)
def named(name):
    try:
        return ZoneInfo(name)
    except Exception:
        return None


@lru_cache(None)
def rules(zone, year):
    """What tells zones apart around a year: the offsets in its months."""
    offsets = []
    for at in (datetime(min(max(year, 1), 9000) + month // 12, 1 + month % 12, 15, 12) for month in range(12)):
        try:
            offsets.append(int(at.replace(tzinfo=zone).utcoffset().total_seconds() // 60))
        except Exception:
            offsets.append(None)
    return tuple(offsets)


def moment(text, line, zones, with_zone=True):
    """A date, a floating time, or an instant with the rules of its zone."""
    text = text.strip()
    match = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z)?)?", text, re.I)
    if not match:
        return text
    try:
        day = date(*map(int, match.group(1, 2, 3)))
        if match[4] is None:
            return day.isoformat()
        at = datetime(day.year, day.month, day.day, int(match[4]), int(match[5]), min(int(match[6] or 0), 59))
    except ValueError:
        return text
    if match[7]:
        return at.isoformat() + "Z" + (" UTC" if with_zone else "")
    zone = line.param("TZID") and zones.find(line.param("TZID"))
    if not zone:
        return at.isoformat() + " floating"
    try:
        utc = at.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)
    except Exception:
        return at.isoformat() + " odd"
    if not with_zone:
        return utc.isoformat() + "Z"
    signature = rules(zone, at.year)
    return utc.isoformat() + "Z" + (" UTC" if set(signature) == {0} else f" {sorted(Counter(signature).items(), key=str)}")


def duration(text):
    match = re.fullmatch(r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text.strip().upper())
    if not match:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.group(2, 3, 4, 5, 6))
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] == "-" else length


def rule(text, part, zones):
    start = part.first("DTSTART") or part.first("DUE")
    pieces = {}
    for piece in text.strip().rstrip(";").split(";"):
        key, _, value = piece.upper().partition("=")
        pieces[key.strip()] = ",".join(sorted(re.sub(r"\b0+(?=\d)", "", word.strip()).lstrip("+") for word in value.split(",")))
    if pieces.get("INTERVAL") == "1":
        del pieces["INTERVAL"]
    if pieces.get("INTERVAL") is None or pieces.get("FREQ") != "WEEKLY" or pieces.get("WKST") == "MO":
        pieces.pop("WKST", None)
    if "UNTIL" in pieces and start is not None:
        # The day it ends on, on the clock of the series.
        pieces["UNTIL"] = until(pieces["UNTIL"], start, zones)
    first = re.match(r"(\d{4})(\d\d)(\d\d)", start.value.strip()) if start is not None else None
    if first:
        try:
            day = date(*map(int, first.groups()))
        except ValueError:
            day = None
        if day:
            # What the rule takes from its start where it does not say it.
            implied = {"WEEKLY": {"BYDAY": "MO TU WE TH FR SA SU".split()[day.weekday()]},
                       "MONTHLY": {"BYMONTHDAY": str(day.day)},
                       "YEARLY": {"BYMONTH": str(day.month), "BYMONTHDAY": str(day.day)}}.get(pieces.get("FREQ"), {})
            explicit = {key for key in pieces if key.startswith("BY")}
            if not explicit or (pieces.get("FREQ") == "YEARLY" and explicit == {"BYMONTH"}):
                for key, value in implied.items():
                    pieces.setdefault(key, value)
            if pieces.get("FREQ") == "DAILY" and explicit == {"BYDAY"} and "INTERVAL" not in pieces:
                pieces["FREQ"] = "WEEKLY"
    return ";".join(f"{key}={value}" for key, value in sorted(pieces.items()))


def until(text, start, zones):
    match = re.match(r"(\d{8})(?:T(\d{6})(Z?))?", text)
    if not match or not match[2]:
        return match[1] if match else text
    zone = start.param("TZID") and zones.find(start.param("TZID"))
    try:
        at = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
        if match[3] and zone:
            at = at.replace(tzinfo=timezone.utc).astimezone(zone)
    except ValueError:
        return text
    begins = re.search(r"T(\d{6})", start.value)
    if begins and at.strftime("%H%M%S") < begins[1]:
        at -= timedelta(days=1)
    return at.strftime("%Y%m%d")


def alarm(part, zones):
    trigger = part.first("TRIGGER")
    at = "none"
    if trigger is not None:
        length = duration(trigger.value)
        at = f"{int(length.total_seconds())}s" if length is not None else moment(trigger.value, trigger, zones, False)
        if (trigger.param("RELATED") or "START").upper() == "END":
            at += " from the end"
    action = part.first("ACTION")
    return f"{(action.value if action else 'DISPLAY').strip().upper()} {at}"


def lines_of(part, kind, zones):
    """Name, canonical value and parameters of each line of a component."""
    for line in part.lines:
        if line.name in FILE or not line.name:
            continue
        params = {key: sorted(values) for key, values in line.params.items()}
        value = line.value
        if kind == "contact":
            yield from card_line(line, params)
            continue
        if line.name in TIMES:
            params.pop("TZID", None)
            params.pop("VALUE", None)
            for word in filter(str.strip, value.split(",")):
                yield line.name, moment(word.split("/")[0], line, zones, line.name in ("DTSTART", "DTEND", "DUE")), params
            continue
        if line.name == "DURATION":
            start, length = part.first("DTSTART"), duration(value)
            if start is not None and length is not None:
                yield "DTEND", ended(start, length, zones), {}
            continue
        if line.name in ("RRULE", "EXRULE"):
            value = rule(value, part, zones)
        elif line.name in ("CATEGORIES", "RESOURCES"):
            for word in split(value, ","):
                if unescape(word).strip():
                    yield line.name, tidy(unescape(word)), {}
            continue
        elif line.name in ("ATTENDEE", "ORGANIZER"):
            value = value.strip().lower()
        elif line.name in ("STATUS", "CLASS", "TRANSP", "PRIORITY", "PERCENT-COMPLETE"):
            value = value.strip().upper()
            if TEXTS_DEFAULT.get(line.name) == value:
                continue
        elif "BINARY" in params.get("VALUE", []):
            value = "".join(value.split())
        else:
            value = tidy(unescape(value))
        params = {key: values for key, values in params.items()
                  if PLAIN_PARAMS.get((line.name, key)) != values[0].upper() and key != "LANGUAGE"}
        if value:
            yield line.name, value, params
    start = part.first("DTSTART")
    if part.name == "VEVENT" and start is not None and not part.first("DTEND") and not part.first("DURATION"):
        yield "DTEND", ended(start, timedelta(days=0 if "T" in start.value else 1), zones), {}
    for inner in part.parts:
        yield inner.name, alarm(inner, zones) if inner.name == "VALARM" else str(len(inner.lines)), {}


def ended(start, length, zones):
    text = moment(start.value, start, zones)
    match = re.match(r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d)?(.*)", text)
    if not match:
        return text
    if not match[2]:
        return (date.fromisoformat(match[1]) + length).isoformat()
    # Days are days of the wall, hours are hours.
    return (datetime.fromisoformat(match[1] + match[2]) + length).isoformat() + match[3]


def card_line(line, params):
    """vCard 3.0 and 4.0 say the same in several ways (RFC 2426, RFC 6350)."""
    types = {word.upper() for value in params.pop("TYPE", []) for word in value.split(",")}
    if params.pop("PREF", None):
        types.add("PREF")
    params.pop("VALUE", None)
    params.pop("CHARSET", None)
    value = line.value
    if line.name == "PHOTO":
        data = value.partition(",")[2] if value.lower().startswith("data:") else value
        encoded = "ENCODING" in params or value.lower().startswith("data:")
        params.pop("ENCODING", None)
        params.pop("MEDIATYPE", None)
        if encoded:
            try:
                value = str(len(base64.b64decode("".join(data.split()) + "===")))
            except Exception:
                value = data
        types = set()
    elif line.name in ("BDAY", "ANNIVERSARY"):
        match = re.match(r"(\d{4}|-)-?(\d\d)-?(\d\d)", value)
        if match:
            # A year that is left out: -- in vCard 4.0, a year that is none elsewhere.
            year = "-" if match[1] in ("1604", "-") or match[1] in params.get("X-APPLE-OMIT-YEAR", []) else match[1]
            value = "-".join((year, match[2], match[3]))
        params.pop("X-APPLE-OMIT-YEAR", None)
    elif line.name in ("N", "ADR", "ORG"):
        parts = [",".join(tidy(unescape(word)) for word in split(part, ",")) for part in split(value, ";")]
        while parts and not parts[-1]:
            parts.pop()
        value = ";".join(parts)
    elif line.name in ("CATEGORIES", "NICKNAME"):
        for word in split(value, ","):
            if unescape(word).strip():
                yield line.name, tidy(unescape(word)), {}
        return
    elif line.name == "TEL":
        value = tidy(re.sub(r"^tel:", "", unescape(value), flags=re.I))
        types -= {"VOICE", "TEXT"}
    else:
        value = tidy(unescape(value))
    if line.name == "EMAIL":
        types -= {"INTERNET"}
    params = {key: values for key, values in params.items() if key not in ("LANGUAGE", "PID", "ALTID")}
    if types:
        params["TYPE"] = sorted(types)
    if value:
        yield (f"{line.name}" if not line.group else line.name), value, params


def components(root, kind, zones):
    """The components of an object by what names them: the item itself, or an occurrence."""
    if kind == "contact":
        return {"": root}
    found = {}
    for part in root.parts:
        if part.name in ("VEVENT", "VTODO"):
            occurrence = part.first("RECURRENCE-ID")
            found[moment(occurrence.value, occurrence, zones, False) if occurrence is not None else ""] = part
    return found


def differences(kind, before, after):
    """Property, how it differs, and both values."""
    roots, zones = [parse(before), parse(after)], [Zones(before), Zones(after)]
    old, new = (components(root, kind, zone) for root, zone in zip(roots, zones))
    for name in old.keys() - new.keys():
        if not is_regular(old, name, kind, zones[0]):
            yield "occurrence", "lost", name, ""
    for name in new.keys() - old.keys():
        yield "occurrence", "added", "", name
    for name in old.keys() & new.keys():
        for found in compare(list(lines_of(old[name], kind, zones[0])), list(lines_of(new[name], kind, zones[1]))):
            # What only a series has.
            yield (f"occurrence {found[0]}", *found[1:]) if name and found[0] in ("CREATED", "EXDATE") else found


def is_regular(parts, name, kind, zones):
    """Whether a changed occurrence says what its series says of that day anyway."""
    if "" not in parts:
        return False
    times = {"DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "CREATED"}
    own, series = ({line[:2] for line in lines_of(part, kind, zones) if line[0] not in times} for part in (parts[name], parts[""]))
    start = parts[name].first("DTSTART")
    return own == series and start is not None and moment(start.value, start, zones, False) == name


def compare(old, new):
    for name in sorted({name for name, _, _ in old} | {name for name, _, _ in new}):
        ours = [(value, params) for other, value, params in old if other == name]
        theirs = [(value, params) for other, value, params in new if other == name]
        lost = list((Counter(value for value, _ in ours) - Counter(value for value, _ in theirs)).elements())
        added = list((Counter(value for value, _ in theirs) - Counter(value for value, _ in ours)).elements())
        if set(lost) <= {value for value, _ in theirs}:
            lost = []  # said twice before, once now
        if lost and added:
            yield name, "changed", " ¦ ".join(sorted(lost)), " ¦ ".join(sorted(added))
        elif lost:
            yield name, "lost", " ¦ ".join(sorted(lost)), ""
        elif added:
            yield name, "added", "", " ¦ ".join(sorted(added))
        for value, params in ours:
            same = [others for other, others in theirs if other == value]
            if same and params not in same:
                for key in sorted(params.keys() | same[0].keys()):
                    if params.get(key) != same[0].get(key):
                        how = "changed" if key in params and key in same[0] else "lost" if key in params else "added"
                        yield f"{name};{key}", how, f"{params.get(key, '')} of {value}", str(same[0].get(key, ""))


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        expected = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    met, unexpected, objects, same = Counter(), defaultdict(list), Counter(), Counter()
    for text in open(sys.argv[1], encoding="utf-8"):
        pair = json.loads(text)
        kind = pair["kind"]
        objects[kind] += 1
        try:
            found = list(differences(kind, pair["before"], pair["after"]))
        except Exception as error:  # a file that this reader does not understand shows as a difference
            found = [("file", "unreadable", repr(error), "")]
        same[kind] += not found
        for name, how, before, after in found:
            for number, row in enumerate(expected):
                if (row["kind"] in (kind, "any") and fnmatchcase(name, row["property"]) and fnmatchcase(how, row["difference"])
                        and re.search(row["where"] or "", f"{before} => {after}", re.S)):
                    met[number] += 1
                    break
            else:
                unexpected[kind, name, how].append((pair["name"], before, after))
    for kind, count in objects.items():
        print(f"  {kind}: {count} objects, {same[kind]} the same to the last property")
    for number, row in enumerate(expected):
        print(f"  {met[number]:5}  {row['kind']} {row['property']} {row['difference']}: {row['reason']}")
    for (kind, name, how), cases in sorted(unexpected.items(), key=lambda item: -len(item[1])):
        example = min(cases, key=lambda case: len(case[1]) + len(case[2]))
        print(f"  {len(cases):5}  UNEXPECTED {kind} {name} {how}, for example {example[0]}: {example[1][:150]!r} => {example[2][:150]!r}")
    stale = [row for number, row in enumerate(expected) if not met[number] and sys.argv[3:] == ["all"]]
    for row in stale:
        print(f"  An expected difference did not occur: {row['kind']} {row['property']} {row['difference']}. Take it out of the table.")
    sys.exit(1 if unexpected else 0)


main()
