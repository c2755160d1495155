"""The folder of files that the engine, hosted by php/vdir, keeps in step with a mailbox."""
import os
import re
import subprocess
from pathlib import Path

VDIR = Path(__file__).resolve().parents[3] / "php" / "vdir" / "sync.php"


class Files:
    """The folder of files that the engine keeps in step with the mailbox."""

    def __init__(self, url, user, folder):
        self.folder = Path(folder)
        self.command = ["php", "-d", f"extension={os.environ['EXCHANGE_EXTENSION']}", str(VDIR), "--server", url, "--address", user,
                        "--zone", "Europe/Berlin", folder]

    def sync(self):
        environment = {**os.environ, "EXCHANGE_PASSWORD": os.environ["STANDIN_PASSWORD"]}
        ended = subprocess.run(self.command, env=environment, capture_output=True, text=True, timeout=120)
        assert ended.returncode == 0, f"the synchronisation failed:\n{ended.stdout}{ended.stderr}"
        assert " 0 set aside" in ended.stdout and not re.search(r"[1-9]\d* set aside", ended.stdout), ended.stdout

    def path(self, collection, pattern):
        """The only file with a line like that."""
        files = (path for path in (self.folder / collection).iterdir() if path.suffix in (".ics", ".vcf"))
        found = [path for path in files if re.search(rf"^{pattern}$", unfolded(path), re.M)]
        assert len(found) == 1, f"{len(found)} files in {collection} have {pattern}"
        return found[0]

    def text(self, collection, pattern):
        """The unfolded text of the only file with a line like that."""
        return unfolded(self.path(collection, pattern))

    def write(self, collection, name, text):
        lines = [line.strip() for line in text.strip().splitlines()]
        (self.folder / collection / name).write_bytes(("\r\n".join(lines) + "\r\n").encode())


def unfolded(path):
    return path.read_bytes().decode().replace("\r\n ", "").replace("\r\n", "\n")


def has(text, *lines):
    """Every line (a regular expression) is one of the text's."""
    for line in lines:
        assert re.search(rf"^{line}$", text, re.M), f"no line {line!r} in\n{text}"


def calendar(body):
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//judge//EN\n{body.strip()}\nEND:VCALENDAR"


def what_another_one_writes(files, control):
    """The calls, if any, with which a synchronisation after all others writes to the mailbox."""
    before = control.ask("GET", "calls")["operations"]
    files.sync()
    after = control.ask("GET", "calls")["operations"]
    writing = ("CreateItem", "UpdateItem", "DeleteItem", "CreateAttachment", "DeleteAttachment")
    return [name for name in writing if after.get(name, 0) != before.get(name, 0)]
