"""E-mails from outside: bounces of several servers, answers in Korean, and mail made to do harm."""

from email.message import EmailMessage
from email.policy import SMTP

ID = "0b5e7f1c-5a51-4b0e-9a53-5c7b6b0a1c11@corps.example"
HEADERS = f"From: letters@corps.example\r\nMessage-ID: <{ID}>\r\nSubject: 2026-0012\r\n"


def report(
    action: str = "failed", *, status: str = "5.1.1", envelope: str = "", back: str = ""
) -> bytes:
    """A delivery status notification (RFC 3464) as Postfix writes one."""
    named = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: letters@corps.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <77@mx.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n{named}\r\n"
        f"Final-Recipient: rfc822; a@embassy.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{back}\r\n--b--\r\n"
    ).encode()


QMAIL = (
    "Return-Path: <>\r\nFrom: MAILER-DAEMON@old.example\r\nSubject: failure notice\r\n\r\n"
    "Hi. This is the qmail-send program at old.example.\r\n"
    "<a@embassy.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
    f"--- Below this line is a copy of the message.\r\n\r\n{HEADERS}\r\nText\r\n"
).encode()

EXIM = (
    "X-Failed-Recipients: a@embassy.example\r\nAuto-Submitted: auto-replied\r\n"
    "From: Mail Delivery System <Mailer-Daemon@exim.example>\r\nSubject: Mail delivery failed\r\n"
    f"\r\nA message could not be delivered.\r\n\r\n------ headers ------\r\n\r\n{HEADERS}\r\n"
).encode()

ON_HOLIDAY = (
    f"From: a@embassy.example\r\nIn-Reply-To: <{ID}>\r\nAuto-Submitted: auto-replied\r\n"
    "Subject: Out of office\r\n\r\nBack on Monday.\r\n"
).encode()


def answer(**headers: str) -> EmailMessage:
    """An answer in Korean, with a PDF."""
    mail = EmailMessage(SMTP)
    given = {
        "From": "담당자 <desk@embassy.example>",
        "To": "letters@corps.example",
        "Subject": "회신: 2026-0012",
        "Message-ID": "<42@embassy.example>",
        "In-Reply-To": f"<{ID}>",
        "References": f"<1@corps.example> <{ID}>",
        "Date": "Mon, 23 Nov 2026 10:00:00 +0900",
        **headers,
    }
    for name, value in given.items():
        mail[name] = value
    mail.set_content("허가합니다.\n")
    mail.add_attachment(
        b"%PDF-1.7", maintype="application", subtype="pdf", filename="../비자/허가서.pdf"
    )
    return mail


def layers(depth: int, kind: str = "multipart/mixed") -> bytes:
    """Parts in parts in parts."""
    head = b"From: a@b.example\r\n"
    for number in range(depth):
        if kind == "message/rfc822":
            head += b"Content-Type: message/rfc822\r\n\r\n"
        else:
            head += f'Content-Type: {kind}; boundary="{number}"\r\n\r\n--{number}\r\n'.encode()
    return head + b"\r\ntext"


ONE = b"From: a@b.example\r\n"
MIXED = ONE + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'

REFUSED = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a zip": b"PK\x03\x04" + bytes(100),
    "too large": ONE + b"\r\n" + bytes(26 * 2**20),
    "an endless head": ONE + b"X: " + b"a" * 2**20,
    "parts in parts": layers(61),
    "parts in parts, without end": layers(20_000),
    "messages in messages": layers(61, "message/rfc822"),
    "messages in messages, without end": layers(20_000, "message/rfc822"),
    "as many parts": ONE
    + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    + b"--b\r\n\r\n" * 300,
    "parts twenty deep": layers(20),
    "headers without number": ONE + b"X: y\r\n" * 300,
    "lines without number": ONE + b"\r\n" * 2**20,
    "parts without number": MIXED + b"--b\r\n\r\n" * 500_000,
    "too long a text": ONE + b"\r\n" + b"a" * 2**20,
}

BORNE = {
    "no character set": ONE + b"Content-Type: text/plain; charset=none-such\r\n\r\n\xff",
    "a character set without end": ONE
    + b"Content-Type: text/plain; charset=punycode\r\n\r\n"
    + b"a" * 300_000,
    "one that is no text": ONE + b"Content-Type: text/plain; charset=zlib\r\n\r\nx",
    "utf-7": ONE + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-script+AD4-",
    "NUL": ONE + b"Subject: a\0b\r\n\r\na\0b",
    "a name with NUL": ONE + b'Content-Disposition: attachment; filename="a\0/.."\r\n\r\nb',
    "a date that is none": ONE + b"Date: Mon, 99 Foo 99999 99:99:99 +9999999\r\n\r\n",
    "broken words": ONE + b"Subject: =?utf-8?b?####?= =?x?q?=FF?= =?utf-8?q?\r\n\r\n",
    "broken base64": ONE + b"Content-Transfer-Encoding: base64\r\n\r\n!!!=A",
    "broken uuencode": ONE + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 600\r\nzzz\r\n",
    "no boundary": ONE + b"Content-Type: multipart/mixed\r\n\r\n--\r\n",
    "odd types": ONE + b'Content-Type: ;;;="\r\nContent-Disposition: =;*0*=a\r\n\r\n',
    "odd parameters": ONE + b"Content-Type: text/plain; charset*0*=utf-8'%FF; charset*9=x\r\n\r\nz",
    "raw Korean": ONE + b"Subject: " + "회신".encode("cp949") + b"\r\n\r\n",
    "many brackets": ONE + b"Content-Type: text/html\r\n\r\n" + b"<" * 900_000,
    "many comments": ONE + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
    "many scripts": ONE + b"Content-Type: text/html\r\n\r\n" + b"<script></p>" * 70_000,
    "many addresses": b"From: " + b"<a@b>," * 30_000 + b"\r\n\r\n",
    "many ids": ONE + b"References: " + b"<a@b> " * 30_000 + b"\r\n\r\n",
    "many comments in an address": b"From: " + b"(" * 200_000 + b"\r\n\r\n",
    "head alone": b"From: a@b.example",
    "parts in parts": layers(19),
    "messages in messages": layers(19, "message/rfc822"),
    "a message inside with a head to be folded": ONE
    + b"Content-Type: message/rfc822\r\n\r\nX: "
    + b"; a" * 80_000
    + b"\r\n\r\n",
    "a message inside in raw bytes": ONE
    + b"Content-Type: message/rfc822\r\n\r\nSubject: \xff\r\n\r\n\xff",
    "parts of nothing": MIXED + b"--b\r\n--b\r\n\r\n--b\r\nContent-Type:\r\n\r\n--b--",
    "a name of half a sign": ONE
    + b"Content-Disposition: attachment; filename*=raw-unicode-escape''%5Cud800\r\n\r\n",
    "an id of ours with NUL": b"From: MAILER-DAEMON@b.example\r\n\r\nMessage-ID: <a\0@b>\r\n",
    "a date after all": ONE + b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n\r\n",
    "the last day of all": ONE + b"Date: Fri, 31 Dec 9999 20:00:00 +0000\r\n\r\n",
    "the first day of all": ONE + b"Date: Mon, 1 Jan 0001 00:00:00 +0900\r\n\r\n",
    "mbox": b"From a@b.example Mon Nov 23\r\nFrom: a@b.example\r\n\r\nz",
}

SEMICOLONS = b'Content-Type: text/plain; x="' + b";" * 2**20 + b'"\r\n\r\n'
PARAMETERS = {
    "of the mail": ONE + SEMICOLONS,
    "of a part": MIXED + b"--b\r\n" + SEMICOLONS + b"text\r\n--b--\r\n",
    "of a message inside": ONE + b"Content-Type: message/rfc822\r\n\r\n" + SEMICOLONS,
    "on lines of its own": ONE + SEMICOLONS.replace(b";" * 100, b";" * 100 + b"\r\n "),
    "of a file": ONE + b"Content-Disposition: attachment; filename=" + b"a;" * 2**19 + b"\r\n\r\n",
    "in three hundred pieces": ONE
    + b"Content-Disposition: attachment; "
    + b"".join(b"filename*%d=a;" % piece for piece in range(300))
    + b"\r\n\r\n",
}
"""Mail whose parameters `email` would look through for minutes, or for days."""
