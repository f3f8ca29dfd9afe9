"""A stand-in for AWS on loopback, by moto, for as long as its standard input is open. It prints its port."""

import sys

from moto.secretsmanager.models import SecretsManagerBackend
from moto.server import ThreadedMotoServer


def read_current_by_default() -> None:
    """AWS gives AWSCURRENT to who names no version; moto 5.2 gives the last that was put without a label.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
    """
    as_moto_does = SecretsManagerBackend.get_secret_value

    def get_secret_value(self, secret_id, version_id=None, version_stage=None):
        stage = version_stage if version_id or version_stage else "AWSCURRENT"
        return as_moto_does(self, secret_id, version_id, stage)

    SecretsManagerBackend.get_secret_value = get_secret_value


def main() -> None:
    read_current_by_default()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    print(port, flush=True)
    sys.stdin.read()
    server.stop()


main()
