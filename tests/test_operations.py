"""The block of docs/operations.md that is pasted on a new machine, run as it stands."""

import os
import re
import stat
import subprocess
import sys

from geo_service.store import open_store
from tests.conftest import PROJECT

AS_GEO = "setpriv --reuid=geo --regid=geo --clear-groups "


def test_what_is_pasted_makes_one_store_for_its_owner_alone(tmp_path):
    text = (PROJECT / "docs" / "operations.md").read_text("utf-8")
    served = re.search(r"^Environment=GEO_SERVICE_VAR=(.*)$", text, re.MULTILINE)[1]
    lines = re.search(r"```sh\n(cd .*?)```", text, re.DOTALL)[1].splitlines()
    # what only root may, and what this machine has already
    system = ("cd ", "useradd ", "install -d ")
    assert [line.split()[0] for line in lines if line.startswith(system)] == [
        *("cd", "useradd", "install")
    ]
    block = "\n".join(line for line in lines if not line.startswith(system))
    assert AS_GEO in block
    home = tmp_path / "srv"
    home.mkdir(mode=0o700)
    pasted = block.replace(AS_GEO, "").replace(served, str(home))
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GEO_SERVICE_")}
    done = subprocess.run(["bash", "-euc", pasted], cwd=PROJECT, env=clean, check=False)
    assert done.returncode == 0
    made = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert {"geo_service.sqlite", "first.tar"} <= set(made)
    assert set(made.values()) == {0o600}
    there = tmp_path / "there"
    restored = ["restore", str(home / "first.tar")]
    command = [sys.executable, "-m", "geo_service", *restored]
    env = clean | {"GEO_SERVICE_VAR": str(there)}
    assert subprocess.run(command, cwd=tmp_path, env=env, check=False).returncode == 0
    for folder in (home, there):
        store = open_store(f"sqlite:///{folder / 'geo_service.sqlite'}", create=False)
        assert [account.name for account in store.accounts.list()] == ["anna"]
        store.close()
