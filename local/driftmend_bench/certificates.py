"""A certificate authority of one run: what the stub shows, and the trust stores by which each language trusts it."""

import datetime
import ipaddress
import shutil
import subprocess
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


class Certificates:
    """`chain` is the file with the key and certificate of 127.0.0.1, RSA with 2,048 bits as AWS's own.

    `java_store` and `python_bundle` are the full sets of public authorities with this run's added: a small set would be read faster.
    """

    def __init__(self, directory, java):
        directory = Path(directory)
        self.chain, self.java_store, self.python_bundle = directory / "stub.pem", directory / "cacerts", directory / "bundle.pem"
        authority, key = _authority()
        leaf_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        leaf = _leaf(authority, key, leaf_key.public_key())
        pem = leaf_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.chain.write_bytes(pem + leaf.public_bytes(serialization.Encoding.PEM))
        alone = directory / "authority.pem"
        alone.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        self.python_bundle.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + alone.read_bytes())
        home = Path(java).resolve().parents[1]
        shutil.copy(home / "lib" / "security" / "cacerts", self.java_store)
        self.java_store.chmod(0o600)
        subprocess.run([home / "bin" / "keytool", "-importcert", "-noprompt", "-alias", "bench", "-file", alone, "-keystore", self.java_store,
                        "-storepass", "changeit"], check=True, capture_output=True)


def _authority():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    made = _builder(name, name, key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return made.sign(key, hashes.SHA256()), key


def _leaf(authority, key, public_key):
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    return _builder(authority.subject, name, public_key).add_extension(names, critical=False).sign(key, hashes.SHA256())


def _builder(issuer, subject, public_key):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().issuer_name(issuer).subject_name(subject).public_key(public_key)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now - _DAY).not_valid_after(now + _DAY)
