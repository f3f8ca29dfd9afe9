"""Writes and reads the keys as the guide does with keyring, in the keyring that the environment names.

Takes JSON from stdin: values to `set`, users to `delete`, the `password` of an encrypted file. Prints fingerprints and
what the Secret Service has of each item as JSON; no value is ever printed.
"""

import getpass
import hashlib
import json
import os
import sys

import keyring
import secretstorage


class KeyringSecretManager:
    """The guide's class, to the letter."""

    SERVICE_NAME = "promptsentinel"

    @classmethod
    def store_secret(cls, key: str, value: str):
        """Store a secret in the system keyring."""
        keyring.set_password(cls.SERVICE_NAME, key, value)

    @classmethod
    def get_secret(cls, key: str) -> str:
        """Retrieve a secret from the system keyring."""
        return keyring.get_password(cls.SERVICE_NAME, key)

    @classmethod
    def load_to_env(cls):
        """Load all secrets to environment variables."""
        keys = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "SNYK_TOKEN"]

        for key in keys:
            value = cls.get_secret(key)
            if value:
                os.environ[key] = value


def items() -> list[dict[str, object]]:
    """What a look at the whole default collection shows, without values."""
    if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        return []
    collection = secretstorage.get_default_collection(secretstorage.dbus_init())
    return [
        {
            "label": item.get_label(),
            # GNOME Keyring adds a schema of its own, to what Python writes too, and not at once.
            "attributes": {k: v for k, v in item.get_attributes().items() if k != "xdg:schema"},
            "type": item.get_secret_content_type(),
        }
        for item in sorted(collection.get_all_items(), key=lambda item: item.get_label())
    ]


def main() -> None:
    wanted = json.load(sys.stdin)
    # What a person would type at the prompt of the encrypted file.
    getpass.getpass = lambda *_: wanted.get("password", "")
    known = set(os.environ)
    for user, value in wanted.get("set", {}).items():
        KeyringSecretManager.store_secret(user, value)
    for user in wanted.get("delete", []):
        keyring.delete_password(KeyringSecretManager.SERVICE_NAME, user)
    for attributes in wanted.get("foreign", []):
        secret = attributes.pop("secret").encode()
        collection = secretstorage.get_default_collection(secretstorage.dbus_init())
        collection.create_item("of another program", attributes, secret)
    KeyringSecretManager.load_to_env()
    loaded = {
        name: hashlib.sha256(value.encode()).hexdigest()[:12]
        for name, value in os.environ.items()
        if name not in known and (name.endswith("_KEY") or name.endswith("_TOKEN"))
    }
    print(json.dumps({"backend": type(keyring.get_keyring()).__module__, "read": loaded, "items": items()}))


main()
