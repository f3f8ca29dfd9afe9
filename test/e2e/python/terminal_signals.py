"""
Runs a command at a terminal of its own, in the background or the foreground, and does what terminals do to it: a key
that makes a signal, another size, the end of the connection. Waits for `ready` on the screen first; what the command
heard it writes down itself. Plan and report are JSON; the standard library alone.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import sys
import termios
import time

plan = json.load(sys.stdin)
pid, master = pty.fork()
if pid == 0:
    os.chdir(plan["cwd"])
    os.execvpe(plan["command"][0], plan["command"], plan["env"])

screen = b""
deadline = time.monotonic() + 60


def show_until(text: bytes) -> None:
    global screen
    while text not in screen and time.monotonic() < deadline:
        if select.select([master], [], [], 0.1)[0]:
            try:
                screen += os.read(master, 65536)
            except OSError:
                return


show_until(b"ready")
show_until(b"\n")
# What started the command is held until the command has heard the terminal: two signals at once would be one.
ready = re.search(rb"ready (\d+)", screen)
between = int(open(f"/proc/{int(ready[1])}/stat").read().rsplit(")", 1)[1].split()[1]) if ready else None
if between:
    os.kill(between, signal.SIGSTOP)
if plan["event"] == "resize":
    fcntl.ioctl(master, termios.TIOCSWINSZ, b"\x30\x00\x60\x00\x00\x00\x00\x00")
elif plan["event"] == "hang up":
    os.close(master)
else:
    os.write(master, plan["event"].encode())
time.sleep(1)
if between:
    os.kill(between, signal.SIGCONT)
# A second one, sent too much, takes as long as the first.
time.sleep(1.5)
if plan["event"] != "hang up":
    os.write(master, b"\x04")
    show_until(b"ended")
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"screen": screen.decode(errors="replace"), "code": code}))
