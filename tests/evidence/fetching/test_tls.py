"""Certificates are checked against the name that was asked for, not the address that was connected to."""

import asyncio
import ipaddress
import shutil
import ssl
import subprocess

import pytest

from panel.evidence.fetching.endings import NotFetched
from panel.evidence.fetching.fetcher import Fetcher
from panel.evidence.fetching.limits import Limits
from panel.evidence.fetching.urls import Reach
from tests.evidence.fetching.internet import HTML, page

HERE = ipaddress.ip_address("127.0.0.1")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A key and a certificate for tool.example, made for this run."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate, and is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subject = ["-days", "2", "-subj", "/CN=tool.example", "-addext", "subjectAltName=DNS:tool.example"]
    subprocess.run([*made, *subject, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return key, certificate


def fetch(authority, host, *, trusted):
    key, certificate = authority
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    names = []
    served.sni_callback = lambda _socket, name, _context: names.append(name)

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(page("Hello"))
        await writer.drain()
        writer.close()

    async def resolve(_name):
        return [str(HERE)]

    async def work():
        async with await asyncio.start_server(answer, str(HERE), 0, ssl=served) as server:
            port = server.sockets[0].getsockname()[1]
            reach = Reach(frozenset({port}), lambda address: None if address == HERE else "not in this test")
            fetcher = Fetcher(
                user_agent="shipskip/0.0",
                limits=Limits(interval=0.0),
                reach=reach,
                resolve=resolve,
                certificates=lambda: ssl.create_default_context(cafile=certificate if trusted else None),
            )
            found = await fetcher.get(f"https://{host}:{port}/", accept=HTML, robots=False)
            return found.text, names

    return asyncio.run(work())


def test_a_site_with_a_certificate_for_its_name_is_fetched(authority):
    assert fetch(authority, "tool.example", trusted=True) == ("Hello", ["tool.example"])


@pytest.mark.parametrize(
    ("host", "trusted", "reason"),
    [
        ("other.example", True, "Hostname mismatch"),
        ("127.0.0.1", True, "mismatch"),
        ("tool.example", False, "self"),
    ],
)
def test_a_certificate_for_another_name_or_by_nobody_known_is_refused(authority, host, trusted, reason):
    with pytest.raises(NotFetched, match=reason) as caught:
        fetch(authority, host, trusted=trusted)
    assert caught.value.kind == "unreachable"
