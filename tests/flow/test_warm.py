from pathlib import Path

from geo_service.flow.warm import compiled_functions, warm


def test_all_that_is_compiled_is_told_and_kept(tmp_path):
    told = []
    made = warm(tmp_path, tell=lambda step, done, total: told.append((step, done, total)))
    ours = compiled_functions()
    assert len(ours) > 40
    assert told == [("compile", done, len(ours)) for done in range(made + 1)]
    # what others call lies in their file as well: no signature of its own is asked for
    missing = [one for one in ours if not Path(one._cache._cache_file._index_path).exists()]
    assert [one.__name__ for one in missing] == []
