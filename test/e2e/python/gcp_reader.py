"""Reads the keys as the guide's loader does with google-cloud-secret-manager, from the environment's coordinates.

Prints fingerprints and the names of errors as JSON; no value is ever printed.
"""

import hashlib
import json
import os
from typing import Callable

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import secretmanager
from google.protobuf import field_mask_pb2


def load_gcp_secrets(project_id: str) -> list[str]:
    """The guide's loader, to the letter, but that it tells the names of what it put into the environment."""
    client = secretmanager.SecretManagerServiceClient()

    secrets = {
        "anthropic-api-key": "ANTHROPIC_API_KEY",
        "openai-api-key": "OPENAI_API_KEY",
        "gemini-api-key": "GEMINI_API_KEY",
    }

    for secret_id, env_var in secrets.items():
        name = f"projects/{project_id}/secrets/{secret_id}/versions/latest"
        response = client.access_secret_version(request={"name": name})
        os.environ[env_var] = response.payload.data.decode("UTF-8")
    return list(secrets.values())


def outcome(call: Callable[[], object]) -> str:
    """`allowed`, or gRPC's name of the refusal's code; where it says more of a permission, which."""
    try:
        call()
    except GoogleAPICallError as error:
        code = error.grpc_status_code
        permission = (error.message or "").split("'")
        said = permission[1] if (error.message or "").startswith("Permission '") else ""
        return f"{code.name if code else type(error).__name__} {said}".strip()
    except Exception as error:  # noqa: BLE001 - the name is the answer
        return type(error).__name__
    return "allowed"


def main() -> None:
    project = f"projects/{os.environ['GCP_PROJECT_ID']}"
    loaded = load_gcp_secrets(os.environ["GCP_PROJECT_ID"])
    client = secretmanager.SecretManagerServiceClient()
    name = f"{project}/secrets/anthropic-api-key"
    version = f"{name}/versions/1"
    payload = {"data": b"x"}
    attempts = {
        "another consumer's secret": lambda: client.access_secret_version(
            name=f"{project}/secrets/{os.environ['OTHER_SECRET']}/versions/latest"
        ),
        "a secret that is not there": lambda: client.access_secret_version(
            name=f"{project}/secrets/unheard-of/versions/latest"
        ),
        "another project": lambda: client.access_secret_version(
            name="projects/of-others/secrets/anthropic-api-key/versions/latest"
        ),
        "add": lambda: client.add_secret_version(parent=name, payload=payload),
        "create": lambda: client.create_secret(
            parent=project, secret_id="new", secret={"replication": {"automatic": {}}}
        ),
        "get": lambda: client.get_secret(name=name),
        "get a version": lambda: client.get_secret_version(name=version),
        "list": lambda: list(client.list_secrets(parent=project)),
        "list versions": lambda: list(client.list_secret_versions(parent=name)),
        "update": lambda: client.update_secret(
            secret={"name": name, "labels": {"a": "b"}},
            update_mask=field_mask_pb2.FieldMask(paths=["labels"]),
        ),
        "disable": lambda: client.disable_secret_version(name=version),
        "enable": lambda: client.enable_secret_version(name=version),
        "destroy": lambda: client.destroy_secret_version(name=version),
        "delete": lambda: client.delete_secret(name=name),
    }
    print(
        json.dumps(
            {
                "transport": client.transport.kind,
                "endpoint": client.api_endpoint,
                "read": {
                    key: hashlib.sha256(os.environ[key].encode()).hexdigest()[:12] for key in loaded
                },
                "attempts": {title: outcome(call) for title, call in attempts.items()},
            }
        )
    )


main()
