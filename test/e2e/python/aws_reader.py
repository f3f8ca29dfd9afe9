"""Reads the keys as the guide's loader does with boto3, from the wiring's coordinates in the environment.

Prints fingerprints as JSON; no value is ever printed.
"""

import hashlib
import json
import os

import boto3


def main() -> None:
    client = boto3.client("secretsmanager", region_name=os.environ["AWS_REGION"])
    response = client.get_secret_value(SecretId=os.environ["SECRET_ID"])
    secrets = json.loads(response["SecretString"])
    prints = {name: hashlib.sha256(value.encode()).hexdigest()[:12] for name, value in secrets.items()}
    print(json.dumps(prints))


main()
