"""Keys and certificates made for a test: a root, an authority below it, and a body's certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from digitizer.clock import now

BODY = "Trung tâm Lưu trữ lịch sử tỉnh Lâm Đồng"
PIN = "mật khẩu 135 790"


@dataclass(frozen=True)
class Keys:
    p12: Path
    root: Path
    """The root's certificate in PEM."""
    key: rsa.RSAPrivateKey
    chain: tuple[x509.Certificate, ...]
    """From the body's certificate to the root's."""


def made_keys(folder: Path, *, valid_until: datetime | None = None, ca_usage: bool = False) -> Keys:
    """``ca_usage``: the certificate is made for signing certificates only."""
    root_key, middle_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    root = _certificate("Root", root_key, "Root", root_key, authority=True)
    middle = _certificate("Authority", middle_key, "Root", root_key, authority=True)
    own = _certificate(BODY, key, "Authority", middle_key, authority=ca_usage, until=valid_until)
    path, pem = folder / "body.p12", folder / "root.pem"
    locked = serialization.BestAvailableEncryption(PIN.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"body", key, own, [middle, root], locked))
    pem.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return Keys(path, pem, key, (own, middle, root))


def _certificate(
    name: str, key: rsa.RSAPrivateKey, issuer: str, by: rsa.RSAPrivateKey, *, authority: bool,
    until: datetime | None = None,
) -> x509.Certificate:  # fmt: skip
    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    last = until or now() + timedelta(days=365)
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, crl_sign=authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(called(name)).issuer_name(called(issuer)).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(last - timedelta(days=730)).not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )  # fmt: skip
