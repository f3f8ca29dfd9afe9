"""Reads keys as an application does: from .env with python-dotenv, or from .env.vault with python-dotenv-vault.

Prints fingerprints as JSON, or the name of the error; no value is ever printed.
"""

import hashlib
import json
import os
import sys


def fingerprint(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:12]


def load(method: str) -> None:
    """As the guide's load_secrets does; which file it is, the working directory and DOTENV_KEY say."""
    if method == "dotenv-vault":
        from dotenv_vault import load_dotenv

        load_dotenv()
    else:
        from dotenv import find_dotenv, load_dotenv

        load_dotenv(find_dotenv(usecwd=True))


def main() -> None:
    method, *names = sys.argv[1:]
    try:
        load(method)
    except Exception as error:  # noqa: BLE001 - the name is the answer
        print(json.dumps({"error": type(error).__name__}))
        return
    print(json.dumps({name: fingerprint(os.environ[name]) for name in names if name in os.environ}))


main()
