"""Hostile files, made here: none may be taken, each for a reason that is told."""

import zlib
from collections.abc import Callable

from pikepdf import Array, Dictionary, Name, String

from deployments.materials.files import DOCUMENTS, FILMS, LEAFLETS, SCRIPTS, SOUNDS
from tests.materials.honest import (
    a_flac,
    a_pdf,
    a_picture,
    a_track,
    a_wav,
    a_webm,
    an_id3,
    an_mp3,
    an_mp4,
    an_opus,
    box,
    element,
)
from tests.materials.tricks import (
    AS_IT_IS,
    MIB,
    a_png,
    a_wav_that_lies,
    a_zip,
    attach,
    bomb,
    changed,
    deep,
    gif,
    linked,
    locked,
    many_objects,
    many_pages,
    moving,
    nested_boxes,
    note,
    root,
    script,
    stream,
)

Hostile = tuple[str, str, Callable[[], bytes], frozenset[str], str]
"""What it is, the name it comes under, its content, what the door takes, the reason told."""

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
XML_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
)
EICAR_LIKE = b"MZ" + bytes(200) + b"PE\0\0"
MHTML = b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html><script>1</script></html>"
ICS = b"BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n"


def filed(name: str, content: bytes | Callable[[], bytes], code: str) -> Hostile:
    """A file for the doors of documents."""
    made = content if callable(content) else lambda: content
    return (f"{code}: {name}", name, made, DOCUMENTS, code)


NAMES = [
    (f"name {number}", name, a_picture, LEAFLETS, "name")
    for number, name in enumerate(
        (
            "../../etc/cron.d/a.png",
            "..\\..\\a.png",
            "/etc/passwd.png",
            "a\0.png",
            "a\u202egnp.png",
            "a\u2066b.png",
            "a" * 300 + ".png",
            "a.png.",
            "a.png ",
            ".png",
            "C:a.png",
            "a\nb.png",
            "noend",
            "",
        )
    )
]

WRONG_KINDS = [
    filed("a.pdf", EICAR_LIKE, "kind"),
    filed("a.pdf", b"\x7fELF" + bytes(100), "kind"),
    filed("a.pdf", lambda: a_zip("word/vbaProject.bin"), "kind"),
    filed("a.docm", lambda: a_zip("word/vbaProject.bin"), "kind"),
    filed("a.html", b"<html><script>alert(1)</script></html>", "suffix"),
    filed("a.pdf", b"<html><script>alert(1)</script></html>", "suffix"),
    filed("a.txt", b"<HTML><body onload=alert(1)></HTML>", "markup"),
    filed("a.txt", MHTML, "markup"),
    filed("a.pdf", ICS, "suffix"),
    filed("a.txt", ICS, "markup"),
    filed("a.svg", SVG, "suffix"),
    filed("a.png", SVG, "suffix"),
    filed("a.txt", SVG, "markup"),
    filed("a.txt", XML_BOMB, "markup"),
    filed("a.txt", b"#!/bin/sh\nrm -rf /\n", "markup"),
    filed("a.txt", "한글".encode("utf-16"), "not_text"),
    filed("a.txt", "왼쪽\u202e오른쪽".encode(), "not_text"),
    filed("a.txt", b"\x1b]0;title\x07", "not_text"),
    filed("a.txt", b"caf\xe9", "not_text"),
    filed("a.txt", b" \n\n", "empty"),
    filed("a.txt", b"long " * 300_000, "long"),
    filed("a.png", b"", "empty"),
    filed("a.pdf", a_picture, "suffix"),
    filed("a.png", a_pdf, "suffix"),
    filed("a.gif", gif, "kind"),
    filed("a.png", lambda: gif() + a_zip("A.class"), "kind"),
    filed("a.exe", a_pdf, "suffix"),
    filed("a.pdf.exe", a_pdf, "suffix"),
    filed("a.wav", a_wav, "kind"),
    filed("a.pdf", lambda: bomb(8 * MIB), "kind"),
]

POLYGLOTS = [
    filed("zip.pdf", lambda: a_pdf() + a_zip(), "two_kinds"),
    filed("html.pdf", lambda: a_pdf() + b"<script>alert(1)</script>", "two_kinds"),
    filed("head.pdf", lambda: b"%PDF-1.7\n%<html><script>" + a_pdf()[9:], "two_kinds"),
    filed("js.pdf", lambda: b"/*" + a_pdf() + b"*/", "suffix"),
    filed("zip.png", lambda: a_picture() + a_zip(), "two_kinds"),
    filed("zip.jpg", lambda: a_picture("JPEG") + a_zip(), "two_kinds"),
    ("zip behind a sound", "zip.wav", lambda: a_wav() + a_zip(), SOUNDS, "two_kinds"),
    ("zip behind frames", "zip.mp3", lambda: an_mp3() + a_zip(), SOUNDS, "two_kinds"),
    ("zip behind a film", "zip.mp4", lambda: an_mp4() + a_zip(), FILMS, "two_kinds"),
]

GO_TO_PAGE_THEN_RUN = Dictionary(S=Name.GoTo, D=Array([0]), Next=script())
SCRIPTED = [
    filed(f"runs-{number}.pdf", changed(change), "runs")
    for number, change in enumerate(
        (
            root(OpenAction=script()),
            root(OpenAction=Dictionary(S=Name.Launch, F=String("cmd.exe"))),
            root(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script()])))),
            root(AA=Dictionary(WC=script())),
            lambda pdf: pdf.pages[0].obj.update({"/AA": Dictionary(O=script())}),
            lambda pdf: note(pdf, Subtype=Name.Widget, AA=Dictionary(K=script())),
            linked(S=Name.JavaScript, JS=String("1")),
            linked(S=Name.Launch, F=String("a.exe")),
            linked(S=Name.SubmitForm, F=String("https://example.org")),
            linked(S=Name.GoToR, F=String("//host/share/a.pdf")),
            linked(S=Name.GoToE, D=String("x")),
            linked(S=Name.URI, URI=String("javascript:alert(1)")),
            linked(S=Name.URI, URI=String("file:///etc/passwd")),
            linked(S=Name.ImportData, F=String("a")),
            linked(S=Name.Rendition, OP=0),
            linked(S=Name.GoTo, D=Array([0]), Next=script()),
            root(AcroForm=Dictionary(Fields=Array([]), XFA=String("<xdp/>"))),
            root(Outlines=Dictionary(First=Dictionary(Title=String("a"), A=script()))),
            lambda pdf: note(pdf, Subtype=Name.RichMedia),
            lambda pdf: note(pdf, Subtype=Name.Screen),
            lambda pdf: note(pdf, Subtype=Name.Movie, Movie=Dictionary()),
            lambda pdf: note(pdf, Subtype=Name("/3D")),
            stream(b"showpage", None, Type=Name.XObject, Subtype=Name.PS),
        )
    )
]

DOCUMENT_TRICKS = [
    filed("attached.pdf", changed(attach), "embedded"),
    filed("noted.pdf", changed(lambda pdf: note(pdf, Subtype=Name.FileAttachment)), "embedded"),
    filed("portfolio.pdf", changed(root(Collection=Dictionary())), "embedded"),
    filed("outside.pdf", changed(stream(b"x", None, FFilter=Name.FlateDecode)), "embedded"),
    filed("locked.pdf", changed(lambda pdf: None, encryption=locked()), "encrypted"),
    filed("owned.pdf", changed(lambda pdf: None, encryption=locked(user="")), "encrypted"),
    filed("pages.pdf", changed(many_pages), "pages"),
    filed("objects.pdf", changed(many_objects, compress_streams=False), "parts"),
    filed("deep.pdf", changed(deep), "parts"),
    filed("bomb.pdf", changed(stream(bomb(300 * MIB), Name.FlateDecode), **AS_IT_IS), "grows"),
    filed(
        "twice.pdf",
        changed(stream(zlib.compress(bomb(64 * MIB)), Array([Name.FlateDecode] * 2)), **AS_IT_IS),
        "grows",
    ),
    filed("lzw.pdf", changed(stream(bytes(200_000), Name.LZWDecode), **AS_IT_IS), "grows"),
    filed("wide.pdf", changed(stream(b"x", Name.DCTDecode, Width=60_000, Height=60_000)), "pixels"),
    filed(
        "jpeg-2000.pdf",
        changed(stream(a_picture("JPEG2000"), Name.JPXDecode, Width=320, Height=200)),
        "jpeg_2000",
    ),
    filed("no-jpeg.pdf", changed(stream(b"\xff\xd8\xff\xe0\xff\xffno", Name.DCTDecode)), "broken"),
    filed("truncated.pdf", lambda: a_pdf()[:4000], "broken"),
    filed("tail.pdf", lambda: a_pdf()[-800:], "suffix"),
    filed("head-only.pdf", b"%PDF-1.7\n%%EOF\n", "broken"),
    filed("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", "broken"),
    filed(
        "huge-page.pdf",
        changed(lambda pdf: pdf.pages[0].obj.update({"/MediaBox": Array([0, 0, 10**6, 10**6])})),
        "pixels",
    ),
]

PICTURE_TRICKS = [
    filed("wide.png", lambda: a_png(60_000, 60_000), "pixels"),
    filed("tall.png", lambda: a_png(1, 2**31 - 1), "pixels"),
    filed("bomb.png", lambda: a_png(20_000, 20_000, bomb(64 * MIB)), "pixels"),
    filed("moving.png", moving, "moving"),
    filed("cut.png", lambda: a_picture()[:300], "broken"),
    filed("cut.jpg", lambda: a_picture("JPEG")[:900], "broken"),
    filed("empty-body.png", lambda: a_png(50, 50), "broken"),
    filed("gif.png", lambda: b"\x89PNG\r\n\x1a\n" + gif(), "broken"),
    filed("head.jpg", b"\xff\xd8\xff\xe0" + bytes(30), "broken"),
]

SOUND_TRICKS: list[Hostile] = [
    ("a WAV that lies of its length", "a.wav", lambda: a_wav_that_lies(4, 2**31), SOUNDS, "broken"),
    ("a WAV that lies of its sound", "a.wav", lambda: a_wav_that_lies(40, 2**31), SOUNDS, "broken"),
    ("a WAV that lies of its rate", "a.wav", lambda: a_wav_that_lies(24, 1), SOUNDS, "broken"),
    ("a WAV cut off", "a.wav", lambda: a_wav()[:60], SOUNDS, "broken"),
    ("a huge tag", "a.mp3", lambda: an_mp3(tag=an_id3(200_000)), SOUNDS, "tags"),
    ("a tag that lies", "a.mp3", lambda: an_mp3(tag=an_id3(0x0FFFFFFF)[:90]), SOUNDS, "tags"),
    ("noise between frames", "a.mp3", lambda: an_mp3(9) + b"<html>" * 900, SOUNDS, "broken"),
    ("two frames", "a.mp3", lambda: an_mp3(2), SOUNDS, "broken"),
    ("a large picture", "a.flac", lambda: a_flac(((6, bytes(200_000)),)), SOUNDS, "tags"),
    ("a FLAC without a form", "a.flac", lambda: b"fLaC\x84\0\0\x04abcd", SOUNDS, "broken"),
    ("a page cut off", "a.ogg", lambda: an_opus()[:-7], SOUNDS, "broken"),
    ("a picture in comments", "a.ogg", lambda: an_opus(bytes(64_000)), SOUNDS, "tags"),
    ("deep boxes", "a.mp4", lambda: an_mp4(moov_more=nested_boxes(200)), FILMS, "parts"),
    ("many boxes", "a.mp4", lambda: an_mp4(more=box(b"free") * 30_000), FILMS, "parts"),
    ("a box that lies", "a.mp4", lambda: an_mp4(more=b"\x7f\0\0\0free"), FILMS, "broken"),
    ("a film cut off", "a.mp4", lambda: an_mp4()[:-90], FILMS, "broken"),
    (
        "pictures elsewhere",
        "a.mp4",
        lambda: an_mp4(a_track(b"vide", b"avc1", 0)),
        FILMS,
        "embedded",
    ),
    ("a locked codec", "a.mp4", lambda: an_mp4(a_track(b"vide", b"encv")), FILMS, "kind"),
    ("places of a camera", "a.mp4", lambda: an_mp4(a_track(b"meta", b"avc1")), FILMS, "kind"),
    ("a film as sound", "a.m4a", an_mp4, SOUNDS, "kind"),
    ("a file in a film", "a.webm", lambda: a_webm(element(0x1941A469, b"x")), FILMS, "embedded"),
    ("a foreign codec", "a.webm", lambda: a_webm(codec=b"V_MS/VFW"), FILMS, "kind"),
    ("an element that lies", "a.webm", lambda: a_webm()[:-30], FILMS, "broken"),
    ("a sound as script", "a.txt", a_wav, SCRIPTS, "kind"),
]

HOSTILE: list[Hostile] = [
    *NAMES,
    *WRONG_KINDS,
    *POLYGLOTS,
    *SCRIPTED,
    *DOCUMENT_TRICKS,
    *PICTURE_TRICKS,
    *SOUND_TRICKS,
]
