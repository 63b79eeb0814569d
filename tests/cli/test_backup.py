"""``backup FILE``."""


def test_a_backup_is_told_and_never_goes_over_a_file(run, tmp_path):
    assert run("user", "add", "anna", "--role", "admin").code == 0
    got = run("backup", tmp_path / "copy.sqlite")
    assert got.out.startswith("Backed up to copy.sqlite (")
    again = run("backup", tmp_path / "copy.sqlite")
    assert (again.code, again.out) == (1, "")
    assert "copy.sqlite" in again.err
