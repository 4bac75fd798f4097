"""Settings: where they come from, which wins, and what is said when one cannot be used."""

import stat

import pytest

from cms import create_app
from cms.config import read_settings, strangers, table
from cms.errors import BadInput, Unavailable
from cms.instance import prepare
from cms.posts import current_site, describe_site


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text('site_name = "From file"\nlanguage = "de"\n')
    monkeypatch.setenv("CMS_SITE_NAME", "From environment")
    settings = read_settings({"INSTANCE": tmp_path})
    assert (settings.site_name, settings.language, settings.time_zone) == ("From environment", "de", "UTC")


def test_the_instance_folder_comes_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("CMS_INSTANCE", str(tmp_path / "deep" / "er"))
    assert read_settings().instance == tmp_path / "deep" / "er"


def test_a_mistyped_variable_is_told_with_the_name_that_is_meant():
    given = {
        "CMS_POSTURL": "x",
        "CMS_Public_Url": "x",
        "CMS_QQQ": "",
        "CMS_INSTANCE": "x",
        "CMS_CONTENT": "",
        "PATH": "",
    }
    assert strangers(given | {f"CMS_{row.name.upper()}": "" for row in table()}) == [
        "CMS_POSTURL is no setting, so it does nothing. Do you mean CMS_POST_URL?",
        "CMS_Public_Url is no setting, so it does nothing. Do you mean CMS_PUBLIC_URL?",
        "CMS_QQQ is no setting, so it does nothing. docs/settings.md lists them all.",
    ]


def test_the_secret_key_is_made_once_and_closed_to_others(tmp_path):
    first = read_settings({"INSTANCE": tmp_path}).secret_key
    assert read_settings({"INSTANCE": tmp_path}).secret_key == first
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_cut_secret_key_is_refused_with_the_cure(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(BadInput, match="Delete it"):
        read_settings({"INSTANCE": tmp_path})


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("PUBLIC_URL", "blog.example.com", "https://blog.example.com"),
        ("POST_URL", "https://example.com/blog", "{slug}"),
        ("EDGE_SECONDS", "soon", "whole number"),
        ("EDGE_SECONDS", "-1", "0 or more"),
        ("METRICS", "perhaps", "true or false"),
        ("BUILD_HOOK_URL", "file:///etc/passwd", "https://"),
        ("TIME_ZONE", "Mars/Base", "America/Denver"),
        ("LANGUAGE", "english!", "pt-BR"),
        ("BOOKING_URL", "javascript:alert(1)", "https://"),
        ("NO_SUCH_THING", "x", "docs/settings.md"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_its_cure(tmp_path, name, value, cure):
    with pytest.raises(BadInput) as problem:
        read_settings({"INSTANCE": tmp_path, name: value})
    assert cure in problem.value.detail
    assert name in problem.value.detail


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "config.toml").write_text("site_name = ")
    with pytest.raises(BadInput, match=r"config\.toml"):
        read_settings({"INSTANCE": tmp_path})


def test_a_folder_that_cannot_be_written_is_named_with_the_cure(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="CMS_INSTANCE"):
        read_settings({"INSTANCE": tmp_path / "file" / "instance"})


def test_booleans_and_lists_are_read_as_written(tmp_path):
    (tmp_path / "config.toml").write_text('metrics = true\nplugins = ["booking"]\n')
    settings = read_settings({"INSTANCE": tmp_path, "INSECURE_HTTP": "no"})
    assert (settings.metrics, settings.insecure_http, settings.plugin_names()) == (True, False, ("booking",))


def test_the_public_address_follows_the_port(tmp_path, monkeypatch):
    monkeypatch.setenv("PORT", "9001")
    assert read_settings({"INSTANCE": tmp_path}).public("/x") == "http://127.0.0.1:9001/x"


def test_what_the_author_set_wins_over_defaults_but_not_over_the_outside(session, app):
    describe_site(session, {"site_name": "Stride & Sole", "time_zone": "America/Denver"})
    session.commit()
    assert current_site(session).site_name == "Stride & Sole"
    assert current_site(session).time_zone == "America/Denver"


class TestGivenFromOutside:
    @pytest.fixture
    def settings(self):
        return {"SITE_NAME": "Outside"}

    def test_it_wins(self, session):
        describe_site(session, {"site_name": "Inside"})
        session.commit()
        assert current_site(session).site_name == "Outside"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("booking_url", "javascript:alert(1)"),
        ("post_url", "https://example.com"),
        ("site_name", " "),
        ("description", "x" * 3000),
        ("no_such", "x"),
    ],
)
def test_what_cannot_be_set_about_the_site_is_refused(session, name, value):
    with pytest.raises(BadInput):
        describe_site(session, {name: value})


def test_every_setting_says_what_it_means():
    assert all(len(row.metadata["meaning"]) > 10 for row in table())


@pytest.mark.parametrize("url", ["no address", "foo://there/blog"])
def test_an_address_that_names_no_database_we_know_is_refused(tmp_path, url):
    with pytest.raises(BadInput, match="DATABASE_URL"):
        create_app({"INSTANCE": tmp_path, "DATABASE_URL": url})


def test_a_database_that_cannot_be_opened_is_said_so_with_the_cure(tmp_path):
    (tmp_path / "midstance.db").write_bytes(b"this was a database once " * 100)
    with pytest.raises(Unavailable, match="cms restore"):
        prepare(create_app({"INSTANCE": tmp_path}))
    with pytest.raises(Unavailable, match="DATABASE_URL"):
        prepare(create_app({"INSTANCE": tmp_path, "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/blog.db"}))
