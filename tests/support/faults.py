"""Everything that a server, or what lies before it, has been seen or imagined to do wrong, and how a run ends then.

`FAULTS` is the whole table; it is written in `faults_http`, `faults_stream` and `faults_network`.
"""

from __future__ import annotations

from support.fault import Fault
from support.faults_fields import FIELDS
from support.faults_http import HTTP
from support.faults_network import NETWORK
from support.faults_stream import STREAMS

FAULTS: tuple[Fault, ...] = (*HTTP, *STREAMS, *FIELDS, *NETWORK)
