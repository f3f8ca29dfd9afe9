"""Reads the keys as the guide's loader does with azure-keyvault-secrets, from the environment's coordinates.

Prints fingerprints and the names of errors as JSON; no value is ever printed.
"""

import hashlib
import json
import os
import time

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient


class GivenToken:
    """Stands in for DefaultAzureCredential, which has nobody to log in to here: it gives the token that it was given."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.asked: list[str] = []

    def get_token(self, *scopes: str, **kwargs) -> AccessToken:
        self.asked += [*scopes, str(kwargs.get("tenant_id"))]
        return AccessToken(self.token, int(time.time()) + 3600)


def load_azure_secrets(vault_url: str, credential) -> list[str]:
    """The guide's loader, but for the credential. The names of what it put into the environment."""
    client = SecretClient(vault_url=vault_url, credential=credential)
    names = []
    for name in ["anthropic-api-key", "openai-api-key", "gemini-api-key"]:
        secret = client.get_secret(name)
        env_name = name.upper().replace("-", "_")
        os.environ[env_name] = secret.value
        names.append(env_name)
    return names


def outcome(call) -> str:
    """`allowed`, or the status and code of the refusal; its inner code, too, where there is one."""
    try:
        call()
    except ClientAuthenticationError as error:
        return type(error).__name__
    except HttpResponseError as error:
        inner = getattr(error.error, "innererror", None) or {}
        return " ".join([str(error.status_code), error.error.code, inner.get("code", "")]).strip()
    except Exception as error:  # noqa: BLE001 - the name is the answer
        return type(error).__name__
    return "allowed"


def main() -> None:
    vault_url = os.environ["AZURE_VAULT_URL"]
    credential = GivenToken(os.environ["ACCESS_TOKEN"])
    loaded = load_azure_secrets(vault_url, credential)
    client = SecretClient(vault_url=vault_url, credential=credential)
    name, other = "anthropic-api-key", os.environ["OTHER_SECRET"]
    attempts = {
        # As in the guide, to the letter: there is nothing to log in to.
        "the guide's credential": lambda: SecretClient(
            vault_url=vault_url, credential=DefaultAzureCredential()
        ).get_secret(name),
        "another consumer's secret": lambda: client.get_secret(other),
        "set": lambda: client.set_secret(name, "x"),
        "update": lambda: client.update_secret_properties(name, enabled=False),
        "list": lambda: list(client.list_properties_of_secrets()),
        "versions": lambda: list(client.list_properties_of_secret_versions(name)),
        "delete": lambda: client.begin_delete_secret(name),
        "list deleted": lambda: list(client.list_deleted_secrets()),
        "recover": lambda: client.begin_recover_deleted_secret(name),
        "purge": lambda: client.purge_deleted_secret(name),
        "backup": lambda: client.backup_secret(name),
    }
    print(
        json.dumps(
            {
                "read": {
                    key: hashlib.sha256(os.environ[key].encode()).hexdigest()[:12] for key in loaded
                },
                "asked": sorted(set(credential.asked)),
                "attempts": {title: outcome(call) for title, call in attempts.items()},
            }
        )
    )


main()
