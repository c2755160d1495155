"""A running DavMail and a CalDAV and CardDAV client for it."""

import base64
import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

JAR = Path(os.environ.get("DAVMAIL_JAR", "/usr/share/davmail/davmail.jar"))
START_SECONDS = 60


class Failed(Exception):
    """An expectation that did not hold."""


def expect(condition, otherwise):
    if not condition:
        raise Failed(otherwise)


def has(text, *lines):
    """Every line (a regular expression) is one of the text's."""
    for line in lines:
        expect(re.search(rf"^{line}\r?$", text, re.M), f"no line {line!r} in\n{text}")


class DavMail:
    """DavMail between this process and a stand-in, until it is told to stop."""

    def __init__(self, ews_url, user, password, directory):
        self.user = user
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}
        self.port = free_port()
        self.log = directory / "davmail.log"
        settings = directory / "davmail.properties"
        settings.write_text(
            "\n".join(
                f"{key}={value}"
                for key, value in {
                    "davmail.server": "true",
                    "davmail.mode": "EWS",
                    "davmail.url": ews_url,
                    "davmail.caldavPort": self.port,
                    "davmail.imapPort": "",
                    "davmail.smtpPort": "",
                    "davmail.popPort": "",
                    "davmail.ldapPort": "",
                    "davmail.allowRemote": "false",
                    "davmail.bindAddress": "127.0.0.1",
                    "davmail.disableUpdateCheck": "true",
                    "davmail.useSystemProxies": "false",
                    "davmail.caldavPastDelay": "",
                    "davmail.caldavAutoSchedule": "true",
                    "davmail.logFilePath": self.log,
                    "davmail.keepDelay": "0",
                    "log4j.rootLogger": "WARN",
                    "log4j.logger.davmail": "DEBUG",
                    "log4j.logger.httpclient.wire": "WARN",
                }.items()
            )
        )
        command = ["java", "-Djava.awt.headless=true", "-jar", str(JAR), "-server", str(settings)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self):
        """Waits until DavMail accepts connections."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"DavMail ended with {self.process.returncode}.")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"DavMail did not listen within {START_SECONDS} s.")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def call(self, method, path, body=None, **headers):
        """One request below the person's collections; (status, headers, text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method, f"/users/{self.user}/{path}", body and body.encode(), {**self.headers, **names}
            )
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()
        finally:
            connection.close()

    def put(self, path, body, **headers):
        kind = "text/vcard" if path.startswith("contacts") else "text/calendar"
        status, answer, text = self.call("PUT", path, crlf(body), Content_Type=f"{kind}; charset=utf-8", **headers)
        expect(status in (200, 201, 204), f"PUT {path} answered {status}: {text}")
        return answer

    def get(self, path):
        status, _, text = self.call("GET", path)
        expect(status == 200, f"GET {path} answered {status}: {text}")
        return re.sub(r"\r?\n[ \t]", "", text)

    def delete(self, path):
        status, _, text = self.call("DELETE", path)
        expect(status in (200, 204), f"DELETE {path} answered {status}: {text}")

    def list(self, collection):
        """href -> etag of a collection."""
        body = (
            '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>'
        )
        status, _, text = self.call("PROPFIND", f"{collection}/", body, Depth="1", Content_Type="text/xml")
        expect(status == 207, f"PROPFIND {collection} answered {status}: {text}")
        found = {}
        for response in re.findall(r"<D:response>(.*?)</D:response>", text, re.S):
            href = re.search(r"<D:href>(.*?)</D:href>", response, re.S).group(1)
            etag = re.search(r"<D:getetag>(.*?)</D:getetag>", response, re.S)
            if etag and not href.endswith("/"):
                found[href] = etag.group(1)
        return found

    def relative(self, href):
        """The path of a listed item below the person's collections."""
        return href.split(f"/{self.user}/", 1)[-1]


def crlf(text):
    return "\r\n".join(line.strip() for line in text.strip().splitlines()) + "\r\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(ews_url, user, password):
    directory = Path(tempfile.mkdtemp(prefix="davmail-"))
    davmail = DavMail(ews_url, user, password, directory)
    try:
        davmail.wait()
        yield davmail
    finally:
        davmail.stop()
        if os.environ.get("KEEP_DAVMAIL_LOG"):
            print(f"DavMail's log: {davmail.log}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
