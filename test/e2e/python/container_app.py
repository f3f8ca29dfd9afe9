"""Reads a container app from standard input as the management API's models do, and prints what they understood."""

import json
import sys

from azure.mgmt.appcontainers.models import ContainerApp

print(json.dumps(ContainerApp.deserialize(json.load(sys.stdin)).serialize()))
