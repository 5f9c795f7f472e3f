"""Whether a file lies on a network, where SQLite's write-ahead log would corrupt it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_NETWORK: Final = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "gpfs"}
    | {"lustre", "ncpfs", "nfs", "nfs4", "orangefs", "smb3", "smbfs", "vboxsf"}
)
_MOUNTS: Final = Path("/proc/self/mounts")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def on_network(path: Path, mounts: Path = _MOUNTS) -> bool:
    """Whether a path is on a network file system, as far as the system says.

    Args:
        path: A file or folder.
        mounts: The system's list of what is mounted where; where there is none, the answer is no.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        place = path.resolve()
    except OSError:
        return False
    kind, depth = "", -1
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[1]))
        # Of two mounts on one point the later one hides the other.
        if len(point.parts) >= depth and place.is_relative_to(point):
            kind, depth = fields[2], len(point.parts)
    return kind in _NETWORK
