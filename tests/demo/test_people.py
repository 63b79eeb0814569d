from geo_service.terms import FRAMES, ROLES, packaged_categories


def test_crews_have_depots_skills_and_shifts(demo):
    crews = demo.crews
    assert list(crews.columns) == FRAMES["crews"].names
    assert len(crews) >= 8
    assert crews["crew_id"].is_unique
    skills = set(";".join(crews["skills"]).split(";"))
    own = packaged_categories().query("scheme == 'qilihe'")["skill"]
    assert set(own.dropna()) <= skills
    assert crews[["depot_lon", "shift_start", "shift_end", "weekdays"]].notna().all(axis=None)


def test_each_crew_has_one_leader_account(demo):
    leaders = demo.people[demo.people["role"] == "crew-leader"]
    assert leaders["crew_id"].tolist() == demo.crews["crew_id"].tolist()
    assert leaders["name"].tolist() == demo.crews["leader"].tolist()
    assert set(demo.people["role"]) <= set(ROLES)
    assert {"supervisor", "office", "inspector1", "viewer"} <= set(demo.people["name"])
    assert demo.people["name"].is_unique


def test_areas_name_units_and_a_clerk_acts_for_one(demo):
    units = demo.units.set_index("unit_id")
    assert set(demo.areas["accountable_unit"].dropna()) <= set(units["name"])
    assert set(units["parent_id"].dropna()) <= set(units.index)
    towns = demo.areas.loc[demo.areas["kind"] == "subdistrict", "area_id"]
    assert set(units["subdistrict_id"].dropna()) == set(towns)
    clerks = demo.people[demo.people["role"] == "unit"]
    assert units.loc[clerks["unit_id"], "kind"].tolist() == ["unit"]
