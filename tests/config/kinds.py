"""Kinds that tests configure: small, with every sort of option that the real ones have."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator, model_validator

from watcher.channels.base import ChannelOptions
from watcher.config import Tables
from watcher.core.values import Duration
from watcher.sources.base import SourceOptions


class FeedOptions(SourceOptions):
    url: str = Field(description="Where the feed is.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers to send.")
    depth: int = Field(default=1, ge=1, le=5, description="Pages to follow.")
    zone: str | None = Field(default=None, description="The zone, seen by the kind too.")
    patience: Duration | None = Field(default=None, description="How long to wait.")

    @field_validator("url")
    @classmethod
    def _web_address(cls, value) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError(f'"{value}" must begin with https://')
        return value


class Feed:
    kind: ClassVar[str] = "feed"
    Options: ClassVar[type[SourceOptions]] = FeedOptions

    def __init__(self, options) -> None:
        self.options = options
        if options.url.endswith("/refused"):
            raise ValueError(f"{options.url} is refused")

    def plan(self, state, now):
        raise NotImplementedError

    def parse(self, document, state):
        raise NotImplementedError


class Smtp(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    password: SecretStr | None = None


class Slack:
    kind: ClassVar[str] = "slack"

    class Options(ChannelOptions):
        url: SecretStr = Field(description="The webhook.")
        username: str | None = Field(default=None, description="Shown as sender.")

        @field_validator("url")
        @classmethod
        def _slack(cls, value) -> SecretStr:
            if not value.get_secret_value().startswith("https://"):
                raise ValueError(f'"{value.get_secret_value()}" must begin with https://')
            return value

    def __init__(self, options) -> None:
        self.options = options

    def recipients(self):
        return ("",)

    def wire(self, rendered, envelope):
        raise NotImplementedError

    def judge(self, reply):
        raise NotImplementedError


class Email(Slack):
    kind: ClassVar[str] = "email"

    class Options(ChannelOptions):
        smtp: Smtp = Field(description="The server.")
        to: Annotated[tuple[str, ...], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)] = Field(
            min_length=1, description="Readers."
        )
        retry: int | Literal["never"] | list[int] = Field(default=3, description="A union.")

        @model_validator(mode="after")
        def _one_reader_per_mail(self):
            if self.smtp.host == "self":
                raise ValueError(f"{self.smtp.host} cannot mail itself with {self.smtp.password}")
            return self


class File(Slack):
    kind: ClassVar[str] = "file"

    class Options(ChannelOptions):
        path: str | None = Field(default=None, description="The file; none: standard output.")


TABLES = Tables(sources={"feed": Feed}, channels={"slack": Slack, "email": Email, "file": File})
