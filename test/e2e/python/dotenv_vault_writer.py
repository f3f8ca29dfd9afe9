"""Encrypts a text as dotenv-vault does, with another library than ours: stdin to DOTENV_VAULT_<ENVIRONMENT>.

The key comes as DOTENV_KEY. What a test writes with it is made up.
"""

import base64
import os
import sys
from urllib.parse import parse_qs, urlparse

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def main() -> None:
    uri = urlparse(os.environ["DOTENV_KEY"])
    environment = parse_qs(uri.query)["environment"][0].upper()
    nonce = os.urandom(12)
    cipher = AESGCM(bytes.fromhex(uri.password[-64:]))
    sealed = nonce + cipher.encrypt(nonce, sys.stdin.buffer.read(), b"")
    print(f'DOTENV_VAULT_{environment}="{base64.b64encode(sealed).decode()}"')


main()
