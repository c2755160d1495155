"""A front end with Extended Protection: it takes a sign-in only where that is tied to this very TLS connection. Its acceptors are
pyspnego for NTLM and the system's GSS-API for Kerberos (Apache's module checks no channel binding)."""
import base64
import ctypes
import ssl
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import spnego
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError


def endpoint(certificate):
    """tls-server-end-point of a certificate (RFC 5929), by OpenSSL's reading of it."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    digest = found.signature_hash_algorithm
    if digest.name in ("md5", "sha1"):
        digest = hashes.SHA256()
    return b"tls-server-end-point:" + found.fingerprint(digest)


class Refused(Exception):
    pass


class Ntlm:
    """The acceptor of one connection; NTLM_USER_FILE names who may sign in."""
    scheme, per_connection = "NTLM", True

    def __init__(self, binding):
        self.context = spnego.server(protocol="ntlm", channel_bindings=GssChannelBindings(application_data=binding),
                                     options=spnego.NegotiateOptions.use_ntlm)

    def step(self, token):
        try:
            answer = self.context.step(token)
        except (SpnegoError, ValueError) as error:
            raise Refused(str(error)) from None
        return answer, self.context.client_principal if self.context.complete else None


class Bytes(ctypes.Structure):
    _fields_ = [("length", ctypes.c_size_t), ("value", ctypes.c_void_p)]

    @classmethod
    def of(cls, text):
        made = cls(len(text), ctypes.cast(ctypes.c_char_p(text), ctypes.c_void_p))
        made.text = text
        return made


class Bindings(ctypes.Structure):
    _fields_ = [("initiator_type", ctypes.c_uint32), ("initiator", Bytes), ("acceptor_type", ctypes.c_uint32), ("acceptor", Bytes),
                ("data", Bytes)]


class Kerberos:
    """The acceptor of one request; KRB5_KTNAME names the service's key."""
    scheme, per_connection = "Negotiate", False

    def __init__(self, binding):
        self.library = ctypes.CDLL("libgssapi_krb5.so.2")
        self.bindings = Bindings(data=Bytes.of(binding))

    def step(self, token):
        minor, context, name, answer = ctypes.c_uint32(), ctypes.c_void_p(), ctypes.c_void_p(), Bytes()
        given = Bytes.of(token)
        major = self.library.gss_accept_sec_context(
            ctypes.byref(minor), ctypes.byref(context), None, ctypes.byref(given), ctypes.byref(self.bindings), ctypes.byref(name), None,
            ctypes.byref(answer), None, None, None)
        if major != 0:
            raise Refused(f"GSS-API says {major & 0xffffffff:#x}, {minor.value}")
        text = Bytes()
        self.library.gss_display_name(ctypes.byref(minor), name, ctypes.byref(text), None)
        return None, ctypes.string_at(text.value, text.length).decode()


class Front:
    """Serves until it is stopped. `binding` is what a sign-in must be tied to, `reasons` why some were refused."""

    def __init__(self, standin, files, acceptor, binding):
        self.authority, cert, key = files
        self.reasons = reasons = []
        backend = standin.url

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.context = self.user = None

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                said = self.headers.get("Authorization", "")
                if said.startswith(f"{acceptor.scheme} "):
                    try:
                        self.context = self.context or acceptor(binding)
                        answer, self.user = self.context.step(base64.b64decode(said.split(" ", 1)[1]))
                    except Refused as refused:
                        reasons.append(str(refused))
                        self.context = self.user = answer = None
                    if self.user is None:
                        return self.send(401, b"", {"WWW-Authenticate": f"{acceptor.scheme} {base64.b64encode(answer or b'').decode()}".strip()})
                if self.user is None:
                    return self.send(401, b"", {"WWW-Authenticate": acceptor.scheme})
                status, content = self.forward(body)
                if not acceptor.per_connection:
                    self.context = self.user = None
                self.send(status, content, {"Content-Type": "text/xml; charset=utf-8"})

            def forward(self, body):
                headers = {"X-Signed-In": self.user, "Content-Type": "text/xml; charset=utf-8"}
                request = urllib.request.Request(backend, data=body, headers=headers)
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        return answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    return error.code, error.read()

            def send(self, status, content, headers):
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(cert, key)
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://localhost:{self.server.server_address[1]}/EWS/Exchange.asmx"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
