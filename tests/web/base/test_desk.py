from geo_service.web.base import desk


def test_the_store_is_read_again_only_after_a_commit(app, store, monkeypatch):
    read, asked = store.district.get, []
    monkeypatch.setattr(store.district, "get", lambda: asked.append(1) or read())

    def name():
        with app.test_request_context("/"):
            return desk.district().name_en

    before = name()
    assert name() == before
    assert len(asked) == 1
    store.district.set(name_en="Elsewhere")
    asked.clear()
    assert name() == name() == "Elsewhere"
    assert len(asked) == 1
