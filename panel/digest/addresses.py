"""Addresses of e-mail, read strictly: what is none, or could hold a header of its own, is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email.headerregistry import Address

from panel.core.errors import InputError

#: RFC 5321's dot-string; quoted local parts are valid, and used by nobody whom we could reach.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<spec>[^<>]*)>")
_MOST_LOCAL, _MOST, _MOST_NAME = 64, 254, 100


def address(text: str) -> Address:
    """`ada@example.org` or `Ada <ada@example.org>`; a domain that is not ASCII becomes its ASCII form.

    Raises:
        ValueError: it is no such address, in a sentence.
    """
    if not text.strip().isprintable():
        raise ValueError(f"{text!r} holds characters that no address may hold")
    named = _NAMED.fullmatch(text.strip())
    name, spec = (named["name"].strip(), named["spec"].strip()) if named else ("", text.strip())
    local, at, domain = spec.rpartition("@")
    if not local.isascii():
        raise ValueError(f"{text!r}: before the @ only ASCII letters can be delivered everywhere")
    ascii_domain = _in_ascii(domain)
    well_formed = at and _LOCAL.fullmatch(local) and ascii_domain and _DOMAIN.fullmatch(ascii_domain)
    if not well_formed or len(local) > _MOST_LOCAL or len(f"{local}@{ascii_domain}") > _MOST:
        raise ValueError(f"{text!r} is no address such as ada@example.org or Ada <ada@example.org>")
    if name.startswith('"') and name.endswith('"'):
        name = name[1:-1].replace('\\"', '"').strip()
    name = " ".join(name.split())
    if "=?" in name:
        raise ValueError(f"{text!r}: the name is to be written as it is read, not as an encoded word")
    if len(name) > _MOST_NAME:
        raise ValueError(f"{text!r}: the name is longer than {_MOST_NAME} characters")
    return Address(name, addr_spec=f"{local}@{ascii_domain}")


def _in_ascii(domain: str) -> str:
    """A domain as mail servers know it; empty where it has no such form."""
    if domain.isascii():
        return domain.lower()
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def read_recipients(texts: Sequence[str]) -> tuple[Address, ...]:
    """The addresses given on the command line, each once.

    Raises:
        InputError: one is none.
    """
    found = []
    for text in texts:
        try:
            found.append(address(text))
        except ValueError as error:
            raise InputError(str(error), field="--to") from None
    return once(found)


def once(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Each address once, in their order, with the name it came with first."""
    found: dict[str, Address] = {}
    for one in addresses:
        found.setdefault(one.addr_spec, one)
    return tuple(found.values())
