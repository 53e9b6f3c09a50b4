"""Cartable: prepare, run and teach workshops that co-build a digital-inclusion strategy."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cartable")
except PackageNotFoundError:  # the folder was put on sys.path without being installed
    __version__ = "0+inconnue"
