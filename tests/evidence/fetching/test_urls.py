"""URLs that lead nowhere good are refused before a name is resolved or a socket is opened."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panel.evidence.fetching.addresses import why_not_public
from panel.evidence.fetching.endings import NotFetched, Trouble
from panel.evidence.fetching.urls import Reach, place_of
from tests.evidence.fetching.internet import HTML, Internet, run

#: C11: refused by their spelling alone. Nothing is resolved.
BAD = [
    # addresses of this machine and network, plainly
    "http://127.0.0.1/", "http://127.1.2.3:80/", "https://10.0.0.1/", "http://172.16.0.1/", "http://192.168.0.1/",
    "http://0.0.0.0/", "http://100.64.0.1/", "http://169.254.1.1/", "http://198.18.0.1/", "http://192.0.2.1/",
    "http://192.0.0.8/", "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    # metadata services
    "http://169.254.169.254/latest/meta-data/", "http://169.254.170.2/v2/credentials", "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/",
    # IPv6, and IPv4 wrapped in it
    "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[ff02::1]/",
    "http://[fec0::1]/", "http://[2001:db8::1]/", "http://[4000::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:169.254.169.254]/", "http://[::127.0.0.1]/",
    "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::a9fe:a9fe]/",
    "http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/",
    "http://[2001:0:7f00:1::1]/", "http://[2001::80ff:fffe]/", "http://[2606:4700::5efe:127.0.0.1]/",
    "http://[fe80::1%25eth0]/", "http://[::1%lo]/", "http://[v1.a]/", "http://[::1/", "http://[::1]x/", "http://[]/",
    "http://[\uff11::]/",
    # IPv4 as only some programs read it
    "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0x7f.1/", "http://127.0.0.0x1/",
    "http://017700000001/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.1/", "http://127.0.0.01/",
    "http://0/", "http://0x/", "http://256.256.256.256/", "http://1.2.3.4.5/", "http://8.8.8.8.0x8/",
    "http://4294967297/", "http://tool.example.0x7f/",
    # other digits, dots, letters and spellings
    "http://①②⑦.⓪.⓪.①/", "http://\uff11\uff12\uff17.0.0.1/", "http://127\u30020\u30020\u30021/",
    "http://127\uff0e0\uff0e0\uff0e1/", "http://\u0661\u0662\u0667.0.0.1/", "http://\uff4cocalhost/",
    "http://ⓛocalhost/", "http://tool\u3002example/", "http://too\u200bl.example/", "http://too\u00adl.example/",
    "http://TO\u212aEN.example/", "http://Müller.EXÄMPLE/", "http://xn--a.example/", "http://xn--.example/",
    "http://127.0.0.1./", "http://localhost./", "http://tool.example./", "http://tool..example/", "http://.example/",
    "http://%31%32%37.0.0.1/", "http://tool%2eexample/", "http://127.0.0.1%00.example/", "http://-a.example/",
    "http://a-.example/", "http://a*b.example/", f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    # names of this machine and network
    "http://localhost/", "http://LOCALHOST/", "http://a.localhost/", "http://printer/", "http://printer.local/",
    "http://router.home.arpa/", "http://wiki.internal/", "http://hidden.onion/", "http://a.test/",
    # user names, passwords, and what looks like them
    "http://user@tool.example/", "http://user:pass@tool.example/", "http://tool.example@127.0.0.1/",
    "http://@tool.example/", "http://:@tool.example/", "http://tool.example%40127.0.0.1/",
    "http://tool.example\\@127.0.0.1/", "http://tool.example#@127.0.0.1:22/".replace("#", "\\"),
    "http://user:pa/ss@tool.example/",
    # ports
    "http://tool.example:22/", "http://tool.example:8080/", "https://tool.example:6379/", "http://tool.example:0/",
    "http://tool.example:65536/", "http://tool.example:-80/", "http://tool.example:80a/", "http://tool.example:+80/",
    "http://tool.example:0080/", "http://tool.example:\uff18\uff10/", "http://tool.example:80:80/",
    "http://tool.example:99999999999/", "http://[::1]:22/",
    # schemes
    "file:///etc/passwd", "file://tool.example/etc/passwd", "ftp://tool.example/", "gopher://tool.example:70/1",
    "dict://tool.example:11211/", "ldap://tool.example/", "jar:http://tool.example/!/", "data:text/html,hi",
    "javascript:alert(1)", "about:blank", "view-source:http://tool.example/", "ws://tool.example/",
    "unix:///var/run/docker.sock", "http+unix://sock/", "netdoc:///etc/passwd", "blob:http://tool.example/",
    "httpss://tool.example/", "http:tool.example", "http:/tool.example", "http:///tool.example", "http://",
    "://tool.example/", "//tool.example/", "tool.example", "/etc/passwd", "", "-",
    "http\uff1a//tool.example/",
    "ｈttp://tool.example/",
    # characters nobody sees
    " http://tool.example/", "http://tool.example/ ", "http://tool.example/a b", "http://tool.\texample/",
    "http://tool.example/\r\nHost: 127.0.0.1", "http://tool.example/\x00", "http://tool.example/\x7f",
    "http://tool.example/\u202e", "http://tool.example/\u2028", "http://tool.example\u3000/", "http://\ud800.example/",
    "http:\\\\tool.example\\", f"http://tool.example/{'a' * 5_000}",
]  # fmt: skip


class NoSockets:
    """Any attempt to make a socket or to resolve a name fails the test."""

    def __enter__(self):
        self._patch = pytest.MonkeyPatch()

        def refuse(*arguments, **_options):
            pytest.fail(f"a socket or look-up was tried: {arguments}")

        for name in ("getaddrinfo", "gethostbyname", "create_connection"):
            self._patch.setattr(socket, name, refuse)
        self._patch.setattr(socket.socket, "connect", refuse)
        return self

    def __exit__(self, *_exception):
        self._patch.undo()


def test_there_are_at_least_79_bad_urls_all_different():
    assert len(set(BAD)) == len(BAD) >= 79


@pytest.mark.parametrize("url", BAD, ids=ascii)
def test_a_bad_url_is_refused_by_name_and_opens_nothing(url):  # C11
    internet = Internet()
    with NoSockets(), pytest.raises(NotFetched) as caught:
        internet.get(url)
    assert caught.value.kind == "refused"
    assert str(caught.value).startswith(f"{caught.value.url}: ")
    assert len(caught.value.reason) > len("is ")
    assert "\n" not in str(caught.value)
    assert (internet.lookups, internet.connections) == ([], [])


def test_the_socket_guard_does_guard():
    with NoSockets(), pytest.raises(pytest.fail.Exception):
        socket.create_connection(("127.0.0.1", 9))


@pytest.mark.parametrize("url", [url for url in BAD if "\\" not in url][:60:7], ids=ascii)
def test_a_bad_url_is_refused_as_the_end_of_a_redirect(url):
    internet = Internet({"http://tool.example/": f"HTTP/1.1 302 x\r\nLocation: {url}\r\n\r\n".encode()})
    with pytest.raises(NotFetched) as caught:
        internet.get("http://tool.example/")
    assert caught.value.kind == "refused"
    assert caught.value.hop is not None
    assert {address for address, _ in internet.connections} == {"93.184.216.34"}


@pytest.mark.parametrize(
    ("url", "final"),
    [
        ("http://tool.example", "http://tool.example/"),
        ("HTTPS://Tool.EXAMPLE:443/A?b=C#d", "https://tool.example/A?b=C"),
        ("http://tool.example:/", "http://tool.example/"),
        ("http://tool.example:443/", "http://tool.example:443/"),
        ("https://münchen.example/straße?q=ü", "https://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%BC"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        ("http://my_tool.pages.example/@user/a%20b", "http://my_tool.pages.example/@user/a%20b"),
        ("http://tool.example?x@y:z", "http://tool.example/?x@y:z"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700:0:0::1]/", "http://[2606:4700::1]/"),
        ("http://1and1.example/", "http://1and1.example/"),
        ("http://r3---sn.example/", "http://r3---sn.example/"),
    ],
)
def test_a_good_url_has_one_spelling(url, final):
    assert place_of(url, Reach()).url == final


HOSTS = st.one_of(
    st.from_regex(r"[a-z0-9.x:\[\]%@-]{0,20}", fullmatch=True),
    st.integers(0, 2**32 - 1).map(str),
    st.ip_addresses().map(lambda address: f"[{address}]" if address.version == 6 else str(address)),
    st.text(max_size=12),
)


@settings(deadline=None)
@given(st.text(max_size=60) | st.builds("http://{}/{}".format, HOSTS, st.text(max_size=10)))
def test_any_text_is_a_place_on_the_public_web_or_is_refused(url):
    try:
        place = place_of(url, Reach())
    except Trouble:
        return
    assert place.port in {80, 443}
    assert place.url.isascii()
    assert place.url.isprintable()
    assert place.address is None or why_not_public(place.address) is None
    assert place_of(place.url, Reach()) == place
    if place.address is None:
        assert not place.host.rpartition(".")[2].isdigit()
        with pytest.raises(OSError, match="illegal"):
            socket.inet_aton(place.host)


def test_ports_and_addresses_of_ones_own_can_be_let_in_by_an_injected_rule():
    mine = Reach(frozenset({8080}), lambda address: None if str(address) == "127.0.0.1" else "not mine")
    assert place_of("http://127.0.0.1:8080/", mine).url == "http://127.0.0.1:8080/"
    for url in ("http://127.0.0.1/", "http://127.0.0.2:8080/"):
        with pytest.raises(Trouble):
            place_of(url, mine)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://user:hunter2@tool.example/x", "https://***@tool.example/x"),
        ("http:/\\user:hunter2@tool.example", "http:/\\***@tool.example"),
        ("https://user:hun/ter2@tool.example/x", "https://***@tool.example/x"),
        ("https://blog.example/@me/post", "https://blog.example/@me/post"),
        ("https://blog.example:80/@me", "https://blog.example:80/@me"),
        ("https://a.example:22/?q=1&api_key=hunter2&b=2", "https://a.example:22/?q=1&api_key=***&b=2"),
        ("https://a.example:22/?X-Amz-Signature=hunter2", "https://a.example:22/?X-Amz-Signature=***"),
        ("ftp://a.example/\r\nX: \u202e\x1b[31m", "ftp://a.example/\\r\\nX:%20\\u202e\\x1b[31m"),
        (f"ftp://a.example/{'a' * 9_000}", f"ftp://a.example/{'a' * 284}…"),
    ],
)
def test_an_error_shows_no_credentials_and_no_control_characters(url, seen):
    fetcher = Internet().fetcher()

    async def work():
        await fetcher.get(url, accept=HTML, headers={"authorization": "Bearer hunter2"}, robots=False)

    if seen == url:
        url, seen = f"{url}\x00", f"{url}\\x00"
    with pytest.raises(NotFetched) as caught:
        run(work())
    assert caught.value.url == seen
    assert "hunter" not in str(caught.value)
