"""What the judges ask of the stand-in behind the protocol's back."""
import json
import urllib.request


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
