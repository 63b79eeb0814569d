"""Other processes that hold something, to be killed."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
_HEAD = """
import sys, time
URL = sys.argv[1]
def stop(*args, **kwargs):
    print("there", flush=True)
    time.sleep(120)
"""


@contextmanager
def child(code, url):
    """Run `code`, which calls stop() at the moment that matters; it never outlives the block."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HEAD + code, url], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def wait_for(process):
    """Wait until the child has come to its stop."""
    assert process.stdout.readline() == "there\n"
