"""What content files may name of the library: the names that its packages offer to students."""

import importlib
from types import ModuleType
from typing import Any

from crmlib import CHAPTERS
from crmlib.classroom.formats.schema import ContentError
from crmlib.ground.spelling import list_valid

PACKAGES = (
    *("tables", "datasets", "charts", "estimates", "customers", "trials"),
    *(package for packages in CHAPTERS.values() for package in packages),
)


def open_package(name: str) -> ModuleType:
    """Return a package that students read; raise with the nearest one if there is none of this name.

    >>> open_package("lifecycle").__name__
    'crmlib.lifecycle'
    """
    if name not in PACKAGES:
        raise ContentError(f"the library has no package {name!r}. {list_valid(name, PACKAGES)}")
    return importlib.import_module(f"crmlib.{name}")


def find_name(package: str, name: str) -> Any:
    """Return what a package offers under a name; raise with the nearest name if it offers none such."""
    offered = open_package(package).__all__
    if name not in offered:
        raise ContentError(f"the package {package!r} offers no name {name!r}. {list_valid(name, offered)}")
    return getattr(open_package(package), name)
