"""What the steps of exchangelib's judgement have in common."""
import base64
import json
import urllib.request

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


class Control:
    """The stand-in's control endpoint, for one mailbox."""

    def __init__(self, url, user):
        self.url, self.user = url.rstrip("/"), user

    def ask(self, method, path, content=None):
        data = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/{path}", data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def invite(self, properties):
        """An invitation from Ben arrives."""
        invitation = {"organizer": {"name": "Ben", "email": "ben@example.com"}, "set": properties}
        return self.ask("POST", f"mailbox/{self.user}/invitations", invitation)["number"]

    def mails(self):
        """Kind and receivers of the mails since the last time."""
        mails = self.ask("GET", "mails")
        self.ask("DELETE", "mails")
        return [(mail["kind"], mail["to"]) for mail in mails]
