"""Prints Google's own description of an API: its name and version are the argument."""

import sys
from importlib.resources import files

documents = files("googleapiclient.discovery_cache") / "documents"
print((documents / f"{sys.argv[1]}.json").read_text(encoding="utf-8"))
