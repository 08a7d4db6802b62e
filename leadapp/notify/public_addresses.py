"""Connections to public addresses only: the name is looked up once, and what was checked is what is connected to."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.util.connection import create_connection

from leadapp.routing.said import said

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")  # all that there is of the internet so far
_FOR_BOOKS = ipaddress.IPv6Network("3fff::/20")


class NotPublic(ValueError):
    """The name leads to an address inside somebody's network."""


class PublicOnly(HTTPAdapter):
    """Carries https to public addresses. Certificate and name stay those of the host that was asked for."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class _PublicConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        """Tries only addresses that it has checked itself: a second look-up could be answered with another one."""
        found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not all(is_public(address) for address in addresses):
            raise NotPublic(said("{host} leads to an address that is not public.", host=self.host))
        for address in addresses[:-1]:
            try:
                return self._connect(address)
            except OSError:
                continue
        return self._connect(addresses[-1])

    def _connect(self, address: str) -> socket.socket:
        return create_connection(
            (address, self.port), self.timeout, source_address=self.source_address, socket_options=self.socket_options
        )


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


def is_public(address: str) -> bool:
    """Whether anybody on the internet could be there; of an IPv4 address inside an IPv6 one, whether at that."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if inner := found.ipv4_mapped or found.sixtofour:
            return is_public(str(inner))
        if found not in _GIVEN_OUT or found in _FOR_BOOKS:
            return False
    return found.is_global and not found.is_multicast
