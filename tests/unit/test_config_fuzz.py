"""Whatever stands in a settings file, it is taken or named in one plain sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from seedtui.config import ConfigError, Settings, load

_NAMES = st.sampled_from(
    [
        *("base_url", "model", "key_env", "key_keyring", "rename", "headers", "stream_usage", "timeout"),
        *("connect_timeout", "read_timeout", "retries", "max_megabytes", "default_endpoint", "theme", "editor"),
        *("context", "parallel", "threads", "endpoints", "local", "keys", "key", "API_KEY", "seed", "nothing"),
        *('"a b"', '"\\u001b[2J"', "'x.y'", "a.b", "é"),
    ]
)
_VALUES = st.recursive(
    st.sampled_from(
        [
            *(
                '"http://a/v1"',
                '"http://me:pw@a"',
                '"ftp://a"',
                '"http://[bad"',
                '"x"',
                '""',
                '"\\u0000\\u001b[2J"',
                "'n'",
            ),
            *(
                "0",
                "1",
                "-1",
                "64",
                "4_096",
                "1e400",
                "nan",
                "-inf",
                "0x10",
                "1.5",
                "9" * 40,
                "9" * 5000,
                "true",
                "false",
            ),
            *(
                "2026-01-01",
                "12:00:00",
                "2026-01-01T00:00:00Z",
                "[[[]]]",
                '"""\na = 1\n"""',
            ),
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda values: f"[{', '.join(values)}]")
        | st.dictionaries(_NAMES, inner, max_size=2).map(
            lambda pairs: "{" + ", ".join(f"{name} = {value}" for name, value in pairs.items()) + "}"
        )
    ),
    max_leaves=4,
)
_HEADERS = st.sampled_from(
    [
        *("[endpoints.a]", "[endpoints.openai]", "[endpoints.local]", "[endpoints]", "[local]", "[keys]"),
        *("[[endpoints]]", "[endpoints.a.rename]", "[endpoints.a.headers]", '[endpoints."\\u001b"]'),
        *("[ endpoints . b ]", "# note", ""),
    ]
)
_LINES = _HEADERS | st.builds("{} = {}".format, _NAMES, _VALUES) | st.just('base_url = "http://a/v1"')
_FILES = st.builds(
    lambda mark, lines, end: mark + end.join(lines).encode("utf-8"),
    st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"\xff\xfe"]),
    st.lists(_LINES, max_size=8),
    st.sampled_from(["\n", "\n", "\r\n", "\r", "\n\t"]),
)


def read(path: Path, content: bytes) -> Settings | str:
    path.write_bytes(content)
    try:
        return load(path, {})
    except ConfigError as error:
        return str(error)


def check(path: Path, said: Settings | str) -> None:
    if isinstance(said, Settings):
        assert said.endpoint().name
        assert {"local", "openai"} <= said.endpoints.keys()
        return
    assert said.startswith(str(path))
    assert said.isprintable()
    assert said[-1] in ".?"
    assert len(said) < 600


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_FILES | st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"")
def test_no_file_makes_the_settings_stumble(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    check(path, read(path, content))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_line_is_right_whatever_ends_lines(tmp_path: Path, mark: bytes, end: str) -> None:
    text = end.join(["# settings", "", "[endpoints.a]", '\tbase_url\t=\t"http://a/v1"', "\tretries\t=\t99", ""])
    said = read(tmp_path / "settings.toml", mark + text.encode())
    assert ", line 5: endpoints.a.retries must be a whole number" in str(said)


def test_what_is_set_twice_is_named_with_its_line(tmp_path: Path) -> None:
    said = read(tmp_path / "settings.toml", b'theme = "a"\ntheme = "b"\n')
    assert "is not TOML" in str(said)
    assert "line 2" in str(said)
