"""Reads the keys as an application with hvac does, from the wiring's coordinates in the environment.

Prints fingerprints and the names of errors as JSON; no value is ever printed.
"""

import hashlib
import json
import os

import hvac


def login() -> hvac.Client:
    """Unwraps the SecretID, which works once, and logs in with AppRole."""
    url = os.environ["VAULT_ADDR"]
    wrapped = hvac.Client(url=url, token=os.environ["WRAPPING_TOKEN"])
    secret_id = wrapped.sys.unwrap()["data"]["secret_id"]
    client = hvac.Client(url=url)
    client.auth.approle.login(
        role_id=os.environ["ROLE_ID"],
        secret_id=secret_id,
        mount_point=os.environ["APPROLE_MOUNT"],
    )
    return client


def outcome(call) -> str:
    """The name of what the call raises, or `allowed`."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - the name is the answer
        return type(error).__name__
    return "allowed"


def fingerprint(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def main() -> None:
    client = login()
    kv = client.secrets.kv.v2
    mount, path, other = (os.environ[name] for name in ("KV_MOUNT", "KV_PATH", "OTHER_PATH"))
    found = kv.read_secret_version(path=path, mount_point=mount, raise_on_deleted_version=True)
    attempts = {
        # The guide writes `mount_path`, which hvac does not have.
        "as in the guide": lambda: kv.read_secret_version(path=path, mount_path=mount),
        "another consumer's entry": lambda: kv.read_secret_version(
            path=other, mount_point=mount, raise_on_deleted_version=True
        ),
        "write": lambda: kv.create_or_update_secret(path=path, secret={"a": "b"}, mount_point=mount),
        "patch": lambda: kv.patch(path=path, secret={"a": "b"}, mount_point=mount),
        "list": lambda: kv.list_secrets(path="", mount_point=mount),
        "metadata": lambda: kv.read_secret_metadata(path=path, mount_point=mount),
        "delete": lambda: kv.delete_metadata_and_all_versions(path=path, mount_point=mount),
        "look up its own token": client.auth.token.lookup_self,
        "renew its own token": client.auth.token.renew_self,
        "give its own token back": client.auth.token.revoke_self,
        "read after that": lambda: kv.read_secret_version(
            path=path, mount_point=mount, raise_on_deleted_version=True
        ),
    }
    print(
        json.dumps(
            {
                "read": {field: fingerprint(value) for field, value in found["data"]["data"].items()},
                "attempts": {name: outcome(call) for name, call in attempts.items()},
            }
        )
    )


main()
