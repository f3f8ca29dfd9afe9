"""
Runs a command at a terminal of its own and types what it is told to: each step waits for a text on the screen, then
types, or sends a signal. Plan on stdin, report on stdout, both JSON; the standard library alone.
"""

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

plan = json.load(sys.stdin)
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x18\x00\x50\x00\x00\x00\x00\x00")
before = termios.tcgetattr(slave)


def at_terminal():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


piped = plan.get("stdout") == "pipe"
child = subprocess.Popen(
    plan["command"],
    cwd=plan["cwd"],
    env=plan["env"],
    stdin=slave,
    stdout=subprocess.PIPE if piped else slave,
    stderr=slave,
    preexec_fn=at_terminal,
)

screen = b""
steps = list(plan["steps"])
seen_to = 0
processes = ""
deadline = time.monotonic() + plan.get("seconds", 60)
while time.monotonic() < deadline:
    ready, _, _ = select.select([master], [], [], 0.05)
    if ready:
        screen += os.read(master, 65536)
    if steps and steps[0]["await"].encode() in screen[seen_to:]:
        step = steps.pop(0)
        # What is typed before the prompt reads is thrown away by it.
        time.sleep(0.3)
        seen_to = len(screen)
        with open(f"/proc/{child.pid}/cmdline") as file:
            processes += file.read().replace("\0", " ") + "\n"
        if "signal" in step:
            os.kill(child.pid, getattr(signal, step["signal"]))
        else:
            os.write(master, step["type"].encode())
        continue
    if not ready and child.poll() is not None:
        break
else:
    child.kill()

code = child.wait()
print(
    json.dumps(
        {
            "screen": screen.decode(errors="replace"),
            "stdout": child.stdout.read().decode() if piped else "",
            "code": code,
            "left": [step["await"] for step in steps],
            "restored": termios.tcgetattr(slave) == before,
            "arguments": processes,
        }
    )
)
