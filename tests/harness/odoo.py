"""What a gateway needs to know about an Odoo, emulated or real."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Odoo:
    url: str
    database: str = ""
    username: str = ""
    password: str = ""
    api_key: str = ""
    protocol: str = "auto"

    @classmethod
    def from_environment(cls, protocol="auto"):
        """ODOO_URL, ODOO_DATABASE, ODOO_USERNAME, ODOO_PASSWORD, ODOO_API_KEY; None without ODOO_URL."""
        url = os.environ.get("ODOO_URL", "")
        if not url:
            return None
        return cls(
            url,
            os.environ.get("ODOO_DATABASE", ""),
            os.environ.get("ODOO_USERNAME", ""),
            os.environ.get("ODOO_PASSWORD", ""),
            os.environ.get("ODOO_API_KEY", ""),
            protocol,
        )

    def environment(self):
        """As the gateway reads it; secrets have no flags."""
        settings = {
            "ODOO_URL": self.url,
            "ODOO_DATABASE": self.database,
            "ODOO_USERNAME": self.username,
            "ODOO_PASSWORD": self.password,
            "ODOO_API_KEY": self.api_key,
            "ODOO_PROTOCOL": self.protocol,
        }
        return {name: value for name, value in settings.items() if value}
