"""What each supported Odoo version says about its fields: `proto/fields/<version>/<model>.json`, in the form of `fields_get`."""

import json
from dataclasses import dataclass

from errors import ContractError


@dataclass(frozen=True)
class Occurrence:
    """A field as one major version has it."""

    version: int
    name: str
    about: dict


class OdooFields:
    """Field descriptions of all supported versions, read on demand."""

    def __init__(self, folder):
        self._folders = {int(path.name.split(".")[0]): path for path in folder.iterdir() if path.is_dir()}
        self._models = {}
        if not self._folders:
            raise ContractError(f"{folder}: no field descriptions, expected a folder per Odoo version, for example 19.0")

    @property
    def versions(self):
        """Major versions, oldest first."""
        return sorted(self._folders)

    def open_range(self, found):
        """(first, last) of the versions in `found`; 0 where that is the oldest or newest supported version."""
        return (0 if found[0] == self.versions[0] else found[0]), (0 if found[-1] == self.versions[-1] else found[-1])

    def model(self, version, model):
        """Fields of a model by name; empty where the version lacks the model."""
        if (version, model) not in self._models:
            path = self._folders[version] / f"{model}.json"
            self._models[version, model] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return self._models[version, model]

    def knows(self, model):
        """True where at least one version has the model."""
        return any(self.model(version, model) for version in self.versions)

    def occurrences(self, model, names):
        """The field known by any of `names`, in each version that has it, oldest first."""
        found = []
        for version in self.versions:
            present = [name for name in names if name in self.model(version, model)]
            if len(present) > 1:
                raise ContractError(f"Odoo {version} has more than one of {', '.join(present)}")
            found += [Occurrence(version, name, self.model(version, model)[name]) for name in present]
        if not found:
            raise ContractError(f"no such field in {model} of Odoo {' or '.join(map(str, self.versions))}")
        return found
