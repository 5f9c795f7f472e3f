"""The settings file, the endpoints it makes, and where keys come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from seedtui.config import ConfigError, Endpoint, ad_hoc, load, read_key, url_problem, without_keys

FULL = """\
default_endpoint = "mistral"
theme = "dusk"
editor = "nano -w"

[endpoints.mistral]
base_url = "https://api.mistral.ai/v1"
model = "mistral-small"
key_env = "MISTRAL_API_KEY"
rename = { seed = "random_seed" }
headers = { X-Team = "evaluation" }
stream_usage = false
timeout = 60
connect_timeout = 2.5
read_timeout = 30
retries = 0
max_megabytes = 1

[local]
model = "models/tiny.gguf"
context = 2048
parallel = 2
threads = 1

[keys]
send = "f9"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text), environ or {})
    message = str(caught.value)
    assert message.startswith(str(folder / "settings.toml"))
    assert message.endswith(".")
    assert "\n" not in message
    return message.removeprefix(str(folder / "settings.toml"))


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path / "none.toml", {})
    assert sorted(settings.endpoints) == ["local", "openai"]
    assert settings.default_endpoint == "local"
    assert settings.endpoint().local
    assert settings.endpoint().model == "SmolLM2-135M-Instruct"
    assert settings.endpoint("openai").base_url == "https://api.openai.com/v1"
    assert settings.endpoint("openai").key_env == "OPENAI_API_KEY"


def test_every_field_of_a_full_file_arrives(tmp_path: Path) -> None:
    settings = load(write(tmp_path, FULL), {"OPENAI_API_KEY": "sk-1"})
    assert settings.endpoint() == Endpoint(
        name="mistral",
        base_url="https://api.mistral.ai/v1",
        model="mistral-small",
        key_env="MISTRAL_API_KEY",
        rename={"seed": "random_seed"},
        headers={"X-Team": "evaluation"},
        stream_usage=False,
        timeout=60.0,
        connect_timeout=2.5,
        read_timeout=30.0,
        retries=0,
        max_megabytes=1.0,
    )
    assert settings.theme == "dusk"
    assert settings.editor == "nano -w"
    assert settings.keys == {"send": "f9"}
    assert settings.local.model == tmp_path / "models/tiny.gguf"
    assert (settings.local.context, settings.local.parallel, settings.local.threads) == (2048, 2, 1)
    assert settings.endpoint("local").model == "tiny"


@pytest.mark.parametrize(
    ("environ", "default", "base_url", "key_env"),
    [
        ({}, "local", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "sk-1"}, "openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ({"OPENAI_BASE_URL": "http://localhost:1/v1"}, "openai", "http://localhost:1/v1", None),
        (
            {"OPENAI_BASE_URL": "http://localhost:1/v1", "OPENAI_API_KEY": "k"},
            "openai",
            "http://localhost:1/v1",
            "OPENAI_API_KEY",
        ),
        ({"OPENAI_API_KEY": "  "}, "local", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    ],
)
def test_the_environment_makes_openai(
    tmp_path: Path, environ: dict[str, str], default: str, base_url: str, key_env: str | None
) -> None:
    settings = load(tmp_path / "none.toml", environ)
    assert settings.default_endpoint == default
    assert settings.endpoint("openai").base_url == base_url
    assert settings.endpoint("openai").key_env == key_env


def test_a_configured_openai_is_not_overridden_by_the_environment(tmp_path: Path) -> None:
    text = '[endpoints.openai]\nbase_url = "http://proxy:8/v1"\nkey_env = "PROXY_KEY"\n'
    settings = load(write(tmp_path, text), {"OPENAI_BASE_URL": "http://elsewhere/v1", "OPENAI_API_KEY": "k"})
    assert settings.endpoint("openai").base_url == "http://proxy:8/v1"
    assert settings.endpoint("openai").key_env == "PROXY_KEY"


def test_the_configured_default_endpoint_wins_over_a_key_in_the_environment(tmp_path: Path) -> None:
    settings = load(write(tmp_path, 'default_endpoint = "local"\n'), {"OPENAI_API_KEY": "k"})
    assert settings.default_endpoint == "local"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("theme = 3\n", ", line 1: theme must be a text in quotation marks."),
        ('\ntheem = "x"\n', ", line 2: theem is no setting; did you mean theme?"),
        (
            '[endpoints.a]\nbase_url = "localhost:8000/v1"\n',
            ", line 2: endpoints.a.base_url localhost:8000/v1 must begin with http:// or https://,"
            " like http://localhost:8000/v1.",
        ),
        (
            '[endpoints.a]\nbase_url = "http://a"\nrename = { stream = "m" }\n',
            ", line 3: endpoints.a.rename.stream cannot be renamed.",
        ),
        (
            '[endpoints.a]\nbase_url = "http://a"\nrename = { seed = "stream" }\n',
            ", line 3: endpoints.a.rename.seed cannot be renamed to that.",
        ),
        ('[endpoints.a]\nmodel = "m"\n', ", line 1: endpoints.a.base_url is missing"),
        (
            '[endpoints.a]\nbase_url = "http://a/v1/chat/completions"\n',
            "goes too far: leave off /chat/completions.",
        ),
        ('[endpoints.a]\nbase_url = "http://a"\nretries = true\n', ", line 3: endpoints.a.retries must be a whole"),
        *(
            (
                f'[endpoints.a]\nbase_url = "http://a"\n{name} = {value}\n',
                f", line 3: endpoints.a.{name} must be a number above 0, not {shown}.",
            )
            for name in ("timeout", "connect_timeout", "read_timeout", "max_megabytes")
            for value, shown in (
                ("-1", "-1"),
                ("0", "0"),
                ("nan", "nan"),
                ("true", "true"),
                ('"60"', "a text"),
                ("[1]", "a list"),
                ("1" + "0" * 400, "1" + "0" * 38 + "…"),
                ("2026-01-01", "a date or time"),
            )
        ),
        ('[endpoints.a]\nbase_url = "http://a"\nretries = 21\n', "must be a whole number from 0 to 20, not 21."),
        ("[endpoints.a]\nretries = 1" + "0" * 5000 + "\n", " is not TOML: "),
        ('[endpoints.a]\nbase_url = "http://a"\ntimeout = inf\n', ", line 3: endpoints.a.timeout must be a number"),
        ('[endpoints.a]\nbase_url = "http://a"\nstream_usage = 1\n', "stream_usage must be true or false."),
        ('[endpoints.a]\nbase_url = "http://a"\nheaders = { Authorization = "x" }\n', "would hold a secret"),
        ('[endpoints.a]\nbase_url = "http://a"\nrename = { messages = "m" }\n', "messages cannot be renamed."),
        ('[endpoints.a]\nbase_url = "http://a"\nkey_keyring = "service"\n', 'must be written "service/user".'),
        ('[endpoints.local]\nbase_url = "http://a"\n', "set it up in [local]."),
        ('[endpoints."a b"]\nbase_url = "http://a"\n', "needs a name of letters"),
        ("endpoints = 1\n", ", line 1: endpoints must be a table: [endpoints]."),
        ("[local]\ncontext = 1\n", ", line 2: local.context must be a whole number from 64 to 10000000, not 1."),
        ('default_endpoint = "nowhere"\n', "names no endpoint there is: local, openai."),
        ("[endpoints\n", " is not TOML: "),
        ("a = " + "[" * 5000, "."),
    ],
)
def test_a_mistake_is_named_with_its_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    said = refusal_any_end(tmp_path, text)
    assert message in said


def refusal_any_end(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(write(folder, text), {})
    assert str(caught.value)[-1] in ".?"
    return str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"theme = '\xff'")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(tmp_path / "settings.toml", {})
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {})


@pytest.mark.parametrize("field", ["key", "api_key", "apikey", "token", "password", "API_KEY"])
def test_a_literal_key_is_refused_and_not_repeated(tmp_path: Path, field: str) -> None:
    said = refusal(tmp_path, f'[endpoints.a]\nbase_url = "http://a"\n{field} = "sk-secret"\n')
    assert "key_env" in said
    assert "key_keyring" in said
    assert "sk-secret" not in said


@pytest.mark.parametrize("key", ["sk-proj-abc", "1abc", "AbCdEfGh12345678901234567890", "two words"])
def test_a_key_in_place_of_its_variable_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    said = refusal(tmp_path, f'[endpoints.a]\nbase_url = "http://a"\nkey_env = "{key}"\n')
    assert "not the key itself" in said
    assert key not in said


def test_a_password_in_the_url_is_refused_and_not_repeated(tmp_path: Path) -> None:
    said = refusal(tmp_path, '[endpoints.a]\nbase_url = "https://me:hunter2@host/v1"\n')
    assert "hunter2" not in said


def test_an_unknown_endpoint_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no endpoint called moon; there are local, openai"):
        load(tmp_path / "none.toml", {}).endpoint("moon")


def test_the_key_comes_from_the_environment_stripped() -> None:
    endpoint = Endpoint("a", "http://a", key_env="A_KEY")
    assert read_key(endpoint, {"A_KEY": " sk-1\r\n"}) == "sk-1"
    assert read_key(Endpoint("a", "http://a"), {"A_KEY": "sk-1"}) is None


@pytest.mark.parametrize("environ", [{}, {"A_KEY": ""}, {"A_KEY": " \n"}])
def test_a_missing_key_says_what_to_set(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="The endpoint a needs a key: set the variable A_KEY"):
        read_key(Endpoint("a", "http://a", key_env="A_KEY"), environ)


@pytest.mark.parametrize("key", ["sk-1\nsk-2", "sk 1", "clé", "sk-\x1b[1m"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigError, match="check the variable A_KEY") as caught:
        read_key(Endpoint("a", "http://a", key_env="A_KEY"), {"A_KEY": key})
    assert key not in str(caught.value)


def test_the_keyring_is_asked_after_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    asked: list[tuple[str, str]] = []

    def get_password(service: str, user: str) -> str | None:
        asked.append((service, user))
        return "sk-ring\n"

    monkeypatch.setattr(keyring, "get_password", get_password)
    endpoint = Endpoint("a", "http://a", key_env="A_KEY", key_keyring="my/service/me")
    assert read_key(endpoint, {"A_KEY": "sk-env"}) == "sk-env"
    assert asked == []
    assert read_key(endpoint, {}) == "sk-ring"
    assert asked == [("my/service", "me")]
    assert without_keys("sk-env, sk-ring.", [endpoint], {"A_KEY": " sk-env\n"}) == "[key], [key]."
    assert asked == [("my/service", "me")]


def test_an_empty_or_broken_keyring_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    errors = pytest.importorskip("keyring.errors")
    endpoint = Endpoint("a", "http://a", key_keyring="service/me")
    monkeypatch.setattr(keyring, "get_password", lambda service, user: None)
    with pytest.raises(ConfigError, match="fill the keyring entry service/me"):
        read_key(endpoint, {})

    def locked(service: str, user: str) -> str | None:
        raise errors.KeyringLocked("hunter2")

    monkeypatch.setattr(keyring, "get_password", locked)
    with pytest.raises(ConfigError, match="unlock it") as caught:
        read_key(endpoint, {})
    assert "hunter2" not in str(caught.value)


def test_an_ad_hoc_endpoint_is_named_by_host_and_port() -> None:
    endpoint = ad_hoc(" http://localhost:8000/v1 ", {"OPENAI_API_KEY": "k"}, "m")
    assert (endpoint.name, endpoint.base_url, endpoint.model) == ("localhost:8000", "http://localhost:8000/v1", "m")
    assert endpoint.key_env == "OPENAI_API_KEY"
    assert ad_hoc("http://[::1]:8/v1", {}).name == "[::1]:8"
    assert ad_hoc("http://localhost:8000/v1", {}).key_env is None


@pytest.mark.parametrize(
    "base_url",
    [
        *("localhost:8000/v1", "ftp://a/v1", "http://", "http://a b/v1", "http://a:99999/v1", "http://[::1/v1", "x"),
        *("http://a/v1?x=1", "http://a/v1#x", "http://a/\x1b[31m", "http://u:p@a/v1", ""),
    ],
)
def test_what_is_no_base_url_is_refused(base_url: str) -> None:
    with pytest.raises(ConfigError, match=r"^The base URL .*\.$") as caught:
        ad_hoc(base_url, {})
    assert "\x1b" not in str(caught.value)


def test_good_base_urls_have_no_problem() -> None:
    for base_url in ("http://localhost:8000", "https://a/v1/", "HTTPS://a.b/openai/v1", "http://[::1]:8/v1"):
        assert url_problem(base_url) is None


def test_an_endpoint_can_be_added(tmp_path: Path) -> None:
    settings = load(tmp_path / "none.toml", {}).with_endpoint(Endpoint("a", "http://a"))
    assert settings.endpoint().base_url == "http://a"
    assert "local" in settings.endpoints


@pytest.mark.parametrize(
    ("base_url", "shown"),
    [
        ("https://me:secret@gw.example/v1", "https://gw.example/v1"),
        ("https://gw.example/@team/v1", "https://gw.example/@team/v1"),
        ("me:secret@gw.example/v1", "gw.example/v1"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
    ],
)
def test_an_address_is_shown_with_its_host_and_without_a_password(base_url: str, shown: str) -> None:
    assert Endpoint("x", base_url).shown_url == shown
