"""Takes one file out of a downloaded package: `unpack.py ARCHIVE MEMBER TARGET`.

Knows wheels (.whl), npm packages (.tgz) and Debian packages (.deb, through dpkg-deb). A member that ends
in .gz is unpacked when the target does not. Standard library only.
"""

import gzip
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path


def main(archive, member, target):
    content = read(Path(archive), member)
    if member.endswith(".gz") and not target.endswith(".gz"):
        content = gzip.decompress(content)
    Path(target).write_bytes(content)


def read(archive, member):
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).read(member)
    if archive.suffix == ".tgz":
        return from_tar(archive.read_bytes(), member)
    if archive.suffix == ".deb":
        # In a Debian package names begin with "./".
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], check=True, stdout=subprocess.PIPE)
        return from_tar(unpacked.stdout, "./" + member)
    sys.exit(f"{archive.name}: not a package this script knows")


def from_tar(content, member):
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return tar.extractfile(member).read()


if __name__ == "__main__":
    main(*sys.argv[1:])
