"""What the steps of exchangelib's judgement have in common."""
import base64

from exchangelib import EWSDateTime, EWSTimeZone

BERLIN = EWSTimeZone("Europe/Berlin")
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
)


def at(*when):
    return EWSDateTime(*when, tzinfo=BERLIN)


def same(found, wanted, what):
    assert found == wanted, f"{what}: found {found!r}, wanted {wanted!r}"


def raises(kind, act, what):
    try:
        act()
    except kind:
        return
    raise AssertionError(f"{what}: {kind.__name__} did not come")


def plain(text):
    return (text or "").replace("\r\n", "\n").rstrip("\n")
