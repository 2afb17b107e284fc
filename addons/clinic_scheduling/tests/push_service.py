# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A push service of a browser on the loopback interface, and the browser's keys."""

import base64
import struct
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HOST = "127.0.0.1"


def encode(data):
    """Return bytes as browsers write them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class PushBrowser:
    """The keys of one subscription: it reads what was encrypted for them (RFC 8291)."""

    def __init__(self, service):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.public = self._get_bytes(self.private.public_key())
        self.secret = uuid.uuid4().bytes
        self.endpoint = f"{service.url}/push/{uuid.uuid4().hex}"
        self.keys = {"p256dh": encode(self.public), "auth": encode(self.secret)}

    def decrypt(self, body):
        """Return the text of an encrypted message."""
        salt, _size, length = struct.unpack("!16sLB", body[:21])
        sender = body[21 : 21 + length]
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(self._curve, sender)
        )
        info = b"WebPush: info\x00" + self.public + sender
        key = self._derive(self.secret, shared, info, 32)
        content = self._derive(salt, key, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = self._derive(salt, key, b"Content-Encoding: nonce\x00", 12)
        text = AESGCM(content).decrypt(nonce, body[21 + length :], None)
        return text.rstrip(b"\x02").decode()

    _curve = ec.SECP256R1()

    @staticmethod
    def _get_bytes(key):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @staticmethod
    def _derive(salt, key, info, length):
        return HKDF(hashes.SHA256(), length, salt, info).derive(key)


class PushService:
    """Takes messages for devices; answers with ``status``. A context manager."""

    def __init__(self):
        self.status = 201
        self.taken = []  # (path, headers, body)
        self.server = ThreadingHTTPServer((HOST, 0), _Handler)
        self.server.service = self
        self.server.daemon_threads = True
        self.url = f"http://{HOST}:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        service = self.server.service
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service.taken.append((self.path, dict(self.headers), body))
        self.send_response(service.status)
        self.send_header("Content-Length", "0")
        if service.status in (301, 307):
            self.send_header("Location", f"{service.url}/elsewhere")
        self.end_headers()

    def log_message(self, *_args):
        """Tests look at ``taken``."""
