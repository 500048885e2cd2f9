"""A pod's files as kubelet lays them out, so that the gateway reads what the chart wrote."""

import base64
import os
import pathlib

import yaml

_SETTINGS = "/etc/odoo-gateway"


def _data(objects, kind, name):
    """What a rendered Secret or ConfigMap holds, as bytes by key; None where the chart does not make it."""
    for item in objects:
        if (item["kind"], item["metadata"]["name"]) == (kind, name):
            decode = base64.b64decode if kind == "Secret" else str.encode
            return {key: decode(value) for key, value in item["data"].items()}
    return None


def _mode(volume):
    """Permissions of a volume's files; Kubernetes' own default where the chart says nothing."""
    sources = (source for kind, source in volume.items() if kind in ("secret", "configMap", "projected"))
    return next(sources).get("defaultMode", 0o644)


class Pod:
    """The volumes of a pod (template) below `folder`. `given(kind, name, keys)` is what Secrets and ConfigMaps hold that the
    chart does not make: bytes by key; `keys` are those that are asked for, None for all."""

    def __init__(self, objects, spec, folder, given):
        self._objects, self._given = objects, given
        self._root = pathlib.Path(folder)
        (self._container,) = spec["containers"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for mount in self._container["volumeMounts"]:
            if mount["mountPath"].startswith(_SETTINGS):
                volume = volumes[mount["name"]]
                self._mount(mount["mountPath"], self._files(volume), _mode(volume))

    def arguments(self):
        """The container's arguments."""
        return [self._here(argument) for argument in self._container["args"]]

    def settings(self):
        """The gateway's configuration file, parsed as the gateway does: every scalar is a text."""
        return yaml.load(self._path(_SETTINGS + "/config/gateway.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)

    def _path(self, inside):
        return self._root / inside.lstrip("/")

    def _here(self, text):
        return text.replace(_SETTINGS, str(self._path(_SETTINGS)))

    def _files(self, volume):
        """Content by path in the volume."""
        if "projected" in volume:
            return {path: data for source in volume["projected"]["sources"] for path, data in self._files(source).items()}
        kind, source = ("ConfigMap", volume["configMap"]) if "configMap" in volume else ("Secret", volume["secret"])
        name = source.get("name") or source["secretName"]
        items = source.get("items")
        keys = [item["key"] for item in items] if items else None
        data = _data(self._objects, kind, name) or self._given(kind, name, keys)
        return {item["path"]: data[item["key"]] for item in items} if items else data

    def _mount(self, path, files, mode):
        # Kubelet swaps the link `..data`, and everything else is a link through it.
        mount = self._path(path)
        for name, content in files.items():
            file = mount / "..first" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self._here(content.decode()).encode() if name == "gateway.yaml" else content)
            file.chmod(mode)
        os.symlink("..first", mount / "..data")
        for name in {name.partition("/")[0] for name in files}:
            os.symlink(f"..data/{name}", mount / name)
