"""The real parts of a sign-in, each started on the loopback with nothing taken from, or left on, the machine: a stand-in behind
an Apache that signs people in, and a Kerberos realm."""
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

ADDRESS = "anna@example.org"
MODULES = Path("/usr/lib/apache2/modules")
REALM = "EXAMPLE.TEST"
# Moves the clock of the program that it is loaded into.
FAKETIME = f"/usr/lib/{os.uname().machine}-linux-gnu/faketime/libfaketimeMT.so.1"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def await_port(port, process, what):
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"{what} ended with {process.returncode}")
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{what} does not listen")


def run(*command, **options):
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def certificate(work, name, key, digest):
    """A certificate of an authority of its own, by the kind of its key and the hash of its signature."""
    authority, leaf = work / f"{name}-authority", work / name
    for path, subject in ((authority, "/CN=Test authority"), (leaf, "/CN=localhost")):
        run("openssl", "req", "-newkey", *key, "-nodes", "-keyout", f"{path}.key", "-subj", subject, "-out", f"{path}.csr")
    run("openssl", "x509", "-req", "-in", f"{authority}.csr", "-signkey", f"{authority}.key", "-days", "2", f"-{digest}",
        "-extfile", "/dev/stdin", "-out", f"{authority}.pem", input="basicConstraints=critical,CA:TRUE")
    run("openssl", "x509", "-req", "-in", f"{leaf}.csr", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-CAcreateserial",
        "-days", "2", f"-{digest}", "-extfile", "/dev/stdin", "-out", f"{leaf}.pem", input="subjectAltName=DNS:localhost")
    return authority.with_suffix(".pem"), leaf.with_suffix(".pem"), leaf.with_suffix(".key")


RSA = ("rsa:2048",)
CURVE = ("ec", "-pkeyopt", "ec_paramgen_curve:secp384r1")


class StandIn:
    """The stand-in, which believes its front end."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["EXCHANGE_STANDIN"], "--mailbox", f"{ADDRESS}:env:STANDIN_PASSWORD", *options],
            stdout=subprocess.PIPE, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url, self.control = said["url"], said["control"]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Apache:
    """Apache with TLS, whose way to sign in `directives` say, in front of a stand-in."""

    def __init__(self, work, name, standin, directives, files, environment=None):
        self.port = free_port()
        self.url = f"https://localhost:{self.port}/EWS/Exchange.asmx"
        self.folder = work / name
        self.folder.mkdir()
        self.authority, cert, key = files
        loaded = ["mpm_event", "authn_core", "authz_core", "authz_user", "auth_gssapi", "headers", "proxy", "proxy_http", "ssl"]
        lines = [f"LoadModule {module}_module {MODULES}/mod_{module}.so" for module in loaded]
        backend = standin.url.removesuffix("/EWS/Exchange.asmx")
        # As root it gives its rights up, as it does on a server.
        user = ["User www-data", "Group www-data"] if os.getuid() == 0 else []
        lines += [
            f"ServerRoot {self.folder}", f"PidFile {self.folder}/pid", f"ErrorLog {self.folder}/error.log", "LogLevel warn auth_gssapi:debug",
            "ServerName localhost", f"Listen 127.0.0.1:{self.port}", *user,
            "SSLEngine on", f"SSLCertificateFile {cert}", f"SSLCertificateKeyFile {key}", "KeepAlive on", "KeepAliveTimeout 60",
            "<Location /EWS>", "  AuthName exchange", "  AuthType GSSAPI", *[f"  {line}" for line in directives], "  Require valid-user",
            "  RequestHeader set X-Signed-In expr=%{REMOTE_USER}", f"  ProxyPass {backend}/EWS", "</Location>",
        ]
        config = self.folder / "apache.conf"
        config.write_text("\n".join(lines) + "\n")
        self.process = subprocess.Popen(["/usr/sbin/apache2", "-f", str(config), "-DFOREGROUND"], env={**os.environ, **(environment or {})})
        try:
            await_port(self.port, self.process, "Apache")
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.said()}") from None

    def said(self):
        log = self.folder / "error.log"
        return log.read_text() if log.exists() else ""

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Realm:
    """A Kerberos realm of the test's own."""

    def __init__(self, work):
        self.folder = work / "realm"
        self.folder.mkdir()
        self.port = free_port()
        self.config = self.folder / "krb5.conf"
        self.config.write_text(f"""[libdefaults]
 default_realm = {REALM}
 dns_lookup_realm = false
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
 clockskew = 5
[realms]
 {REALM} = {{
  kdc = localhost:{self.port}
 }}
[domain_realm]
 localhost = {REALM}
""")
        (self.folder / "kdc.conf").write_text(f"""[kdcdefaults]
 kdc_listen = 127.0.0.1:{self.port}
 kdc_tcp_listen = 127.0.0.1:{self.port}
[realms]
 {REALM} = {{
  database_name = {self.folder}/principal
  key_stash_file = {self.folder}/stash
  max_life = 10h
  supported_enctypes = aes256-cts-hmac-sha1-96:normal
 }}
[logging]
 kdc = FILE:{self.folder}/kdc.log
""")
        self.environment = {"KRB5_CONFIG": str(self.config), "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
                            "KRB5CCNAME": f"FILE:{self.folder}/nobody"}
        self.all = {**os.environ, **self.environment}
        run("/usr/sbin/kdb5_util", "create", "-s", "-r", REALM, "-P", os.urandom(16).hex(), env=self.all)
        self.start()

    def start(self, environment=None):
        self.process = subprocess.Popen(["/usr/sbin/krb5kdc", "-n", "-r", REALM], env={**self.all, **(environment or {})},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_port(self.port, self.process, "The KDC")

    def restart(self, environment=None):
        """Goes on with another environment, a moved clock for example."""
        self.stop()
        self.start(environment)

    def kadmin(self, query):
        return run("/usr/sbin/kadmin.local", "-r", REALM, "-q", query, env=self.all)

    def keytab(self, principal, name):
        """A new key of a principal in a keytab."""
        path = self.folder / name
        self.kadmin(f"addprinc -randkey {principal}")
        self.kadmin(f"ktadd -k {path} {principal}")
        return path

    def stop(self):
        self.process.terminate()
        self.process.wait()


def missing():
    """What has to be installed first."""
    needed = {"apache2": "/usr/sbin/apache2", "libapache2-mod-auth-gssapi": MODULES / "mod_auth_gssapi.so", "openssl": "/usr/bin/openssl",
              "gss-ntlmssp": "/etc/gss/mech.d/mech.ntlmssp.conf", "krb5-kdc": "/usr/sbin/krb5kdc",
              "krb5-admin-server": "/usr/sbin/kadmin.local", "krb5-user": "/usr/bin/kinit", "php-cli": shutil.which("php") or "/usr/bin/php",
              "faketime": FAKETIME}
    return [package for package, file in needed.items() if not Path(file).exists()]
