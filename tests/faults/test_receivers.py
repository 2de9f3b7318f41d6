from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import aiosmtplib
import pytest

from tests.faults.http_receiver import Answer, HttpReceiver
from tests.faults.smtp import SmtpFaults

ROOT = Path(__file__).resolve().parents[2]
MAIL = b"From: a@example.org\r\nTo: b@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nhello\r\n"


async def send(port: int, *recipients: str) -> object:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=2, local_hostname="test", start_tls=False)
    async with client:
        return await client.sendmail("a@example.org", list(recipients), MAIL)


@pytest.mark.parametrize(
    ("mode", "code"), [("421", 421), ("450", 450), ("451", 451), ("452", 452), ("550", 550), ("552", 552), ("554", 554)]
)
async def test_the_mail_server_says_each_code(mode: str, code: int) -> None:
    async with SmtpFaults(mode) as smtp:
        with pytest.raises((aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused)) as caught:
            await send(smtp.port, "b@example.org")

        error = caught.value
        said = error.recipients[0].code if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else error.code
        assert said == code
        assert smtp.mails == []


async def test_split_takes_the_good_recipient() -> None:
    async with SmtpFaults("split") as smtp:
        await send(smtp.port, "good@example.org", "bad@example.org")

        assert [mail.recipients for mail in smtp.mails] == [("good@example.org",)]


@pytest.mark.parametrize("mode", ["drop-after-dot", "hang-after-dot"])
async def test_the_mail_is_kept_though_no_answer_comes(mode: str) -> None:
    async with SmtpFaults(mode) as smtp:
        sending = asyncio.ensure_future(send(smtp.port, "b@example.org"))
        await asyncio.wait_for(smtp.dotted.wait(), 5)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

        assert smtp.unique_ids() == {"<1@example.org>"}


async def test_both_run_as_processes_of_their_own(tmp_path: Path) -> None:
    async def start(module: str) -> tuple[asyncio.subprocess.Process, int, Path]:
        out = tmp_path / f"{module}.jsonl"
        arguments = ["-m", f"tests.faults.{module}", "--out", str(out)]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=pipe)
        assert process.stdout is not None
        return process, int(await asyncio.wait_for(process.stdout.readline(), 20)), out

    web, web_port, web_out = await start("http_receiver")
    mail, mail_port, mail_out = await start("smtp")
    reader, writer = await asyncio.open_connection("127.0.0.1", web_port)
    writer.write(b"POST /hook HTTP/1.1\r\nwebhook-id: d1\r\nContent-Length: 2\r\n\r\n{}")
    answer = await reader.read()
    writer.close()
    await send(mail_port, "b@example.org")
    for process in (web, mail):
        os.kill(process.pid, signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0

    assert answer.endswith(b"ok")
    assert [json.loads(line)["id"] for line in web_out.read_text().splitlines()] == ["d1"]
    assert [json.loads(line)["message_id"] for line in mail_out.read_text().splitlines()] == ["<1@example.org>"]


async def test_the_receiver_counts_repeats_by_id() -> None:
    async with HttpReceiver([Answer(status=503)]) as receiver:
        for _ in range(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", receiver.port)
            writer.write(b"POST / HTTP/1.1\r\nwebhook-id: same\r\nContent-Length: 0\r\n\r\n")
            await reader.read()
            writer.close()

        assert receiver.ids() == {"same": 2}
