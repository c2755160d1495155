#!/usr/bin/env python3
"""The engine signs in to Apache with NTLM (gss-ntlmssp) and Kerberos (a realm of the test's own) and does its work there: connect,
import, change, export. What is wrong each time says so in one sentence.

EXCHANGE_EXTENSION and EXCHANGE_STANDIN name what was built, STANDIN_PASSWORD is the password. Ends with 0 when all steps passed,
with 77 when parts are missing, else with 1.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from acceptor import Front, Kerberos, Ntlm, endpoint  # noqa: E402
from control import Control  # noqa: E402
from files import VDIR, Files, calendar, has  # noqa: E402
from parts import ADDRESS, CURVE, FAKETIME, REALM, RSA, Apache, Realm, StandIn, certificate, missing, run  # noqa: E402

PASSWORD = os.environ["STANDIN_PASSWORD"]
BY_FRONT_END = ("--front", "x-signed-in", "--name", f"EXAMPLE\\anna={ADDRESS}", "--name", f"anna@{REALM}={ADDRESS}")


def sync(apache, folder, *options, password=PASSWORD, environment=None):
    """Runs php/vdir once."""
    command = ["php", "-d", f"extension={os.environ['EXCHANGE_EXTENSION']}", str(VDIR), "--server", apache.url, "--address", ADDRESS,
               "--zone", "Europe/Berlin", "--ca-file", str(apache.authority), *options, str(folder)]
    all = {**os.environ, "EXCHANGE_PASSWORD": password, **(environment or {})}
    return subprocess.run(command, env=all, capture_output=True, text=True, timeout=120)


class Signed(Files):
    """A folder that is kept in step over one way of signing in."""

    def __init__(self, apache, folder, *options, environment=None):
        super().__init__(apache.url, ADDRESS, str(folder))
        self.sync = lambda: check(sync(apache, folder, *options, environment=environment))


def check(ended):
    assert ended.returncode == 0, f"the synchronisation failed:\n{ended.stdout}{ended.stderr}"


def works(files, control):
    """Connect, import, change, export."""
    number = control.ask("POST", f"mailbox/{ADDRESS}/items", {"folder": "calendar", "class": "CalendarItem", "set": {
        "Subject": "From Exchange", "Start": "2026-03-02T11:00:00Z", "End": "2026-03-02T12:00:00Z"}})["number"]
    files.sync()
    path = files.path("Calendar", "SUMMARY:From Exchange")
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:From Exchange", b"SUMMARY:Changed here"))
    files.write("Calendar", "new.ics", calendar("""BEGIN:VEVENT
        UID:new@example.org
        DTSTAMP:20260101T000000Z
        DTSTART:20260303T110000Z
        DTEND:20260303T120000Z
        SUMMARY:Made here
        END:VEVENT"""))
    files.sync()
    mailbox = json.dumps(control.ask("GET", "mailbox"))
    assert "Changed here" in mailbox and "Made here" in mailbox and "From Exchange" not in mailbox, mailbox
    control.ask("DELETE", f"mailbox/{ADDRESS}/items/{number}")
    files.sync()
    assert not path.exists(), "the deleted event is still there"


def refused(ended, *words):
    """It fails with one sentence, in which no password stands."""
    assert ended.returncode == 1, f"it went well, without {words}:\n{ended.stdout}"
    said = ended.stderr.strip()
    assert said.endswith(".") and "\n" not in said, said
    assert PASSWORD not in ended.stdout + ended.stderr
    for word in words:
        assert re.search(word, said), f"{word!r} does not stand in: {said}"


def ntlm(work):
    users = work / "ntlm-users"
    users.write_text(f"EXAMPLE:anna:{PASSWORD}\n")
    users.chmod(0o644)
    standin = StandIn(*BY_FRONT_END)
    apache = None
    try:
        control = Control(standin.control, ADDRESS)
        apache = Apache(work, "ntlm", standin, ["GssapiAllowedMech ntlmssp", "GssapiConnectionBound On"],
                        certificate(work, "ntlm-cert", RSA, "sha256"), {"NTLM_USER_FILE": str(users)})
        way = ("--auth", "ntlm", "--username", "EXAMPLE\\anna")
        try:
            works(Signed(apache, work / "ntlm-files", *way), control)
            calls = control.ask("GET", "log")
            assert all(call["status"] == 200 and call["anchor"] == ADDRESS for call in calls), calls
            refused(sync(apache, work / "ntlm-files", *way, password="another"), "refuses the user name or password")
            refused(sync(apache, work / "ntlm-files", "--auth", "ntlm", "--username", "EXAMPLE\\eve"), "refuses the user name or password")
            refused(sync(apache, work / "ntlm-files", "--auth", "basic", "--username", "EXAMPLE\\anna"), "does not offer Basic", "NTLM")
        except AssertionError as error:
            raise AssertionError(f"{error}\nApache: {apache.said()[-3000:]}") from None
    finally:
        if apache:
            apache.stop()
        standin.stop()


def kerberos(work):
    realm = Realm(work)
    standin = StandIn(*BY_FRONT_END)
    apache = None
    try:
        control = Control(standin.control, ADDRESS)
        service = realm.keytab("HTTP/localhost", "service.keytab")
        if os.getuid() == 0:
            shutil.chown(service, "www-data")
        directives = ["GssapiAllowedMech krb5", f"GssapiCredStore keytab:{service}"]
        files = certificate(work, "kerberos-cert", RSA, "sha256")
        kerberos_environment = {**realm.environment, "KRB5RCACHENAME": "none:"}
        apache = Apache(work, "kerberos", standin, directives, files, kerberos_environment)
        keytab = realm.keytab("anna", "anna.keytab")
        me, cache, folder = f"anna@{REALM}", realm.folder / "cache", work / "kerberos-files"
        kinit = ("/usr/bin/kinit", "-c", str(cache), "-k", "-t", str(keytab))
        way = ("--auth", "kerberos", "--username", me)

        def attempt(*options, environment=None):
            return sync(apache, folder, *options, environment={**realm.environment, **(environment or {})})

        try:
            works(Signed(apache, folder, *way, "--keytab", str(keytab), environment=realm.environment), control)
            assert all(call["status"] == 200 for call in control.ask("GET", "log"))

            refused(attempt(*way, "--ticket-cache", str(cache)), "no Kerberos ticket", "klist")
            run(*kinit, me, env=realm.all)
            check(attempt("--auth", "kerberos", "--ticket-cache", str(cache)))
            check(attempt("--auth", "kerberos", environment={"KRB5CCNAME": f"FILE:{cache}"}))
            fast = Apache(work, "fast", standin, directives, files, {**kerberos_environment, "LD_PRELOAD": FAKETIME, "FAKETIME": "+1h"})
            refused(sync(fast, folder, *way, "--ticket-cache", str(cache), environment=realm.environment), "refuses the Kerberos ticket", "clocks")
            fast.stop()

            # A ticket lasts ten hours (kdc.conf), so one of eleven hours ago has run out.
            then = {"LD_PRELOAD": FAKETIME, "FAKETIME": "-11h"}
            realm.restart(then)
            run(*kinit, me, env={**realm.all, **then})
            realm.restart()
            refused(attempt(*way, "--ticket-cache", str(cache)), "has expired", "kinit")

            refused(attempt(*way, "--keytab", str(work / "nowhere")), "gives no ticket", "klist -k")
            refused(attempt("--auth", "kerberos", "--username", f"eve@{REALM}", "--keytab", str(keytab)), f"eve@{REALM}")
            realm.kadmin(f"cpw -randkey {me}")
            refused(attempt(*way, "--keytab", str(keytab)), "key in the keytab", "new keytab")
            realm.kadmin("delprinc -force HTTP/localhost")
            keytab.unlink()
            realm.kadmin(f"ktadd -k {keytab} {me}")
            refused(attempt(*way, "--keytab", str(keytab)), "HTTP/localhost", "setspn")
            realm.stop()
            refused(attempt(*way, "--keytab", str(keytab)), "No Kerberos server answers", "krb5.conf")
        except AssertionError as error:
            raise AssertionError(f"{error}\nApache: {apache.said()[-3000:]}") from None
    finally:
        if apache:
            apache.stop()
        standin.stop()
        realm.stop()


def extended_protection(work):
    """A sign-in that is tied to another connection, as somebody in between would pass it on, is refused; ours is tied to its own."""
    users = work / "users"
    users.write_text(f"EXAMPLE:anna:{PASSWORD}\n")
    os.environ["NTLM_USER_FILE"] = str(users)
    realm = Realm(work)
    os.environ |= {**realm.environment, "KRB5_KTNAME": str(realm.keytab("HTTP/localhost", "service.keytab")), "KRB5RCACHENAME": "none:"}
    keytab = realm.keytab("anna", "anna.keytab")
    ways = [(Ntlm, ("--auth", "ntlm", "--username", "EXAMPLE\\anna"), "user name or password", "do not match"),
            (Kerberos, ("--auth", "kerberos", "--username", f"anna@{REALM}", "--keytab", str(keytab)), "Kerberos ticket", "0x40000")]
    standin = StandIn(*BY_FRONT_END)
    try:
        kinds = [("rsa-sha256", RSA, "sha256"), ("curve-sha384", CURVE, "sha384"), ("rsa-sha512", RSA, "sha512")]
        made = {name: certificate(work, name, key, digest) for name, key, digest in kinds}
        for number, (name, files) in enumerate(made.items()):
            for acceptor, way, refusal, reason in ways:
                front = Front(standin, files, acceptor, endpoint(files[1]))
                ended = sync(front, work / f"{acceptor.__name__}-{number}", *way)
                front.stop()
                assert ended.returncode == 0, f"{name}, {acceptor.__name__}: {ended.stderr}{front.reasons}"
                assert front.reasons == [], front.reasons
                between = Front(standin, files, acceptor, b"tls-server-end-point:" + os.urandom(32))
                refused(sync(between, work / f"{acceptor.__name__}-{number}", *way), refusal)
                between.stop()
                assert between.reasons and reason in between.reasons[0], between.reasons
    finally:
        standin.stop()
        realm.stop()


STEPS = [ntlm, kerberos, extended_protection]


def main():
    lacking = missing()
    if lacking:
        print(f"SKIPPED: signing in to real parts: install {' '.join(lacking)}", file=sys.stderr)
        return 77
    wanted = sys.argv[1:]
    failed = 0
    for step in STEPS:
        if wanted and step.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            # Apache gives its rights up and must still read its files.
            os.chmod(folder, 0o755)
            try:
                step(Path(folder))
                print(f"  passed: {step.__name__}")
            except Exception:  # whatever it is, the other steps go on
                failed += 1
                print(f"  FAILED: {step.__name__}", file=sys.stderr)
                traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
