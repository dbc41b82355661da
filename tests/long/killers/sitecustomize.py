"""Found through PYTHONPATH by every process of an installation under test: `kill -9` at a step.

Production code has no seam for this. When a module of the list has been imported, the named
function is wrapped; when a file of the step's name lies in the folder KILL_AT, the process that
comes first takes the file away and kills itself.
"""

import functools
import importlib.abc
import os
import signal
import sys
from importlib.machinery import ModuleSpec, PathFinder

FOLDER = os.environ.get("KILL_AT", "")
STEPS: dict[str, list[tuple[str, str]]] = {}
for _step in os.environ.get("KILL_STEPS", "").split():
    _module, _name, _when = _step.split(":")
    STEPS.setdefault(_module, []).append((_name, _when))


def _strike(step: str) -> None:
    try:
        os.unlink(os.path.join(FOLDER, step))
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _wrapped(function, step, when):
    @functools.wraps(function)
    def mortal(*args, **kwargs):
        if when == "before":
            _strike(step)
        result = function(*args, **kwargs)
        if when == "after":
            _strike(step)
        return result

    return mortal


def _arm(module) -> None:
    for name, when in STEPS[module.__name__]:
        holder = module
        *path, last = name.split(".")
        for part in path:
            holder = getattr(holder, part)
        step = f"{module.__name__}:{name}:{when}"
        setattr(holder, last, _wrapped(getattr(holder, last), step, when))


class _Loader(importlib.abc.Loader):
    def __init__(self, loader) -> None:
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module) -> None:
        self._loader.exec_module(module)
        _arm(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None) -> ModuleSpec | None:
        if name not in STEPS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


if STEPS and FOLDER:
    sys.meta_path.insert(0, _Finder())
