"""Honest files, made here: what must be taken."""

import io
import math
import struct
import wave
import zlib
from collections.abc import Callable

import pikepdf
import typst
from PIL import Image

from deployments.materials.files import FILMS, LEAFLETS, SCRIPTS, SOUNDS


def a_pdf(text: str = "집으로 돌아오십시오", pages: int = 2) -> bytes:
    """A document set by Typst, with a link and a picture of type."""
    source = "#set page(width: 100mm, height: 140mm)\n" + "\n#pagebreak()\n".join(
        f"= {text} {number}\n#link('https://example.org')[example]".replace("'", '"')
        for number in range(1, pages + 1)
    )
    made = typst.compile(source.encode())
    return made if isinstance(made, bytes) else b"".join(made)


def a_picture(form: str = "PNG", size: tuple[int, int] = (320, 200), **more: object) -> bytes:
    """A picture with a gradient."""
    kept = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(kept, form, **more)
    return kept.getvalue()


def a_photograph() -> bytes:
    """A JPEG that tells where it was taken and by which camera."""
    told = Image.Exif()
    told[0x010F], told[0x8825] = "SecretCamera", {1: "N", 2: (50.0, 27.0, 0.0)}
    return a_picture("JPEG", exif=told, comment=b"SecretComment")


def filled(photograph: bytes) -> bytes:
    """A JPEG with fill bytes before every segment up to its scan."""
    made, at = bytearray(photograph[:2]), 2
    while photograph[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(photograph[at + 2 : at + 4], "big")
        made += b"\xff\xff" + photograph[at:end]
        at = end
    return bytes(made) + photograph[at:]


def told_late(photograph: bytes) -> bytes:
    """A JPEG that tells behind its scan, and in another JPEG behind its end."""
    comment = b"\xff\xfe\x00\x0cSecretLate"
    return photograph[:-2] + comment + photograph[-2:] + a_photograph()


def told_by_jfif(photograph: bytes) -> bytes:
    """A JPEG that tells in a second segment of the kind that JFIF's own head is of."""
    return photograph[:2] + b"\xff\xe0\x00\x0dJFXXSecret!" + photograph[2:]


def in_scans() -> bytes:
    """A JPEG of several scans, with restarts inside them and the last one cut off."""
    kept = a_picture("JPEG", progressive=True, restart_marker_rows=1, comment=b"SecretComment")
    return kept[:-2]


def a_pdf_with_a_photograph(photograph: bytes = b"", *, deflated: bool = False) -> bytes:
    """A document whose picture and information tell about their makers."""
    kept, photograph = io.BytesIO(), photograph or a_photograph()
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    picture = pikepdf.Stream(pdf, zlib.compress(photograph) if deflated else photograph)
    jpeg, flate = pikepdf.Name.DCTDecode, pikepdf.Name.FlateDecode
    picture.update(
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=320,
            Height=200,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Array([flate, jpeg]) if deflated else jpeg,
        )
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=picture))
    page.Contents = pikepdf.Stream(pdf, b"q 200 0 0 200 0 0 cm /Im Do Q")
    pdf.docinfo["/Author"] = "SecretAuthor"
    with pdf.open_metadata() as told:
        told["dc:creator"] = ["SecretAuthor"]
    pdf.save(kept, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return kept.getvalue()


def a_wav(seconds: float = 2.0, rate: int = 8000) -> bytes:
    """A tone."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        tone = (int(9000 * math.sin(n / 12)) for n in range(int(seconds * rate)))
        sound.writeframes(b"".join(struct.pack("<h", value) for value in tone))
    return kept.getvalue()


def an_mp3(frames: int = 80, tag: bytes = b"") -> bytes:
    """Silent frames of MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes each."""
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def an_id3(size: int, filling: bytes = b"") -> bytes:
    """A tag of ID3v2.3 that says it is `size` bytes long."""
    told = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + told + filling.ljust(size, b"\0")


def a_flac(blocks: tuple[tuple[int, bytes], ...] = ()) -> bytes:
    """The form of a FLAC, with other blocks of metadata, and the beginning of a frame."""
    packed = (44_100 << 44) | (0 << 41) | (15 << 36) | 88_200
    form = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    kept = b"fLaC" + bytes([0 if blocks else 0x80]) + len(form).to_bytes(3, "big") + form
    for place, (kind, body) in enumerate(blocks):
        last = 0x80 if place == len(blocks) - 1 else 0
        kept += bytes([kind | last]) + len(body).to_bytes(3, "big") + body
    return kept + b"\xff\xf8\xc9\x18" + bytes(4000)


def _crc(page: bytes) -> int:
    value = 0
    for byte in page:
        value ^= byte << 24
        for _bit in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value >> 31 else 0)) & 0xFFFFFFFF
    return value


def an_ogg_page(body: bytes, number: int, granule: int, kind: int = 0) -> bytes:
    """One page of an Ogg stream that holds one packet."""
    laces = [255] * (len(body) // 255) + [len(body) % 255]
    head = b"OggS\0" + bytes([kind]) + struct.pack("<Q", granule)
    rest = b"corp" + struct.pack("<II", number, 0) + bytes([len(laces), *laces]) + body
    page = bytearray(head + rest)
    page[22:26] = struct.pack("<I", _crc(bytes(page)))
    return bytes(page)


def an_opus(comment: bytes = b"ARTIST=SecretArtist") -> bytes:
    """Two seconds of Opus, as far as its pages tell."""
    head = b"OpusHead\x01\x01" + struct.pack("<HIhB", 312, 48_000, 0, 0)
    told = struct.pack("<I", len(comment)) + comment
    tags = b"OpusTags" + struct.pack("<I", 7) + b"encoder" + struct.pack("<I", 1) + told
    sound = [
        an_ogg_page(b"\xf8\xff\xfe" * 60, 2 + n, 312 + 24_000 * (n + 1), 4 if n == 3 else 0)
        for n in range(4)
    ]
    return b"".join([an_ogg_page(head, 0, 0, 2), an_ogg_page(tags, 1, 0), *sound])


def box(name: bytes, body: bytes = b"") -> bytes:
    """A box of MP4."""
    return struct.pack(">I", len(body) + 8) + name + body


def a_track(handler: bytes, codec: bytes, inside: int = 1) -> bytes:
    """A track of MP4, with one codec, whose sound or pictures lie inside the file."""
    dref = box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", struct.pack(">I", inside)))
    stsd = box(b"stsd", struct.pack(">II", 0, 1) + box(codec, bytes(28)))
    empty = b"".join(box(name, bytes(8)) for name in (b"stts", b"stsc", b"stco"))
    stbl = box(b"stbl", stsd + empty + box(b"stsz", bytes(12)))
    minf = box(b"minf", box(b"dinf", dref) + stbl)
    mdhd = box(b"mdhd", struct.pack(">IIIIIHH", 0, 9, 9, 1000, 3000, 0, 0))
    hdlr = box(b"hdlr", bytes(8) + handler + bytes(12) + b"SecretHandler\0")
    mdia = box(b"mdia", mdhd + hdlr + minf)
    return box(b"trak", box(b"tkhd", struct.pack(">III", 0, 9, 9) + bytes(72)) + mdia)


def an_mp4(
    tracks: bytes = b"", brand: bytes = b"isom", more: bytes = b"", moov_more: bytes = b""
) -> bytes:
    """A film of three seconds, as far as its boxes tell."""
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 9, 9, 1000, 3000) + bytes(80))
    told = box(b"udta", box(b"\xa9nam", b"SecretTitle"))
    tracks = tracks or a_track(b"vide", b"avc1") + a_track(b"soun", b"mp4a")
    moov = box(b"moov", mvhd + tracks + told + moov_more)
    ftyp = box(b"ftyp", brand + bytes(4) + b"isommp42")
    return ftyp + moov + more + box(b"mdat", bytes(500))


def an_m4a() -> bytes:
    """The same with sound alone."""
    return an_mp4(a_track(b"soun", b"mp4a"), brand=b"M4A ")


def element(name: int, body: bytes) -> bytes:
    """An element of EBML, its length in eight bytes."""
    label = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return label + (1 << 56 | len(body)).to_bytes(8, "big") + body


def a_webm(more: bytes = b"", codec: bytes = b"V_VP8", kind: int = 1) -> bytes:
    """A film of three seconds, as far as its elements tell."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    info = element(0x2AD7B1, (1_000_000).to_bytes(3, "big")) + element(
        0x4489, struct.pack(">d", 3e3)
    )
    info += element(0x4D80, b"SecretMuxer") + element(0x4461, b"SecretDa")
    track = element(0xD7, b"\1") + element(0x83, bytes([kind])) + element(0x86, codec)
    body = element(0x1549A966, info) + element(0x1654AE6B, element(0xAE, track)) + more
    body += element(0x1F43B675, element(0xE7, b"\0") + element(0xA3, b"\x81\0\0\x80" + bytes(90)))
    return head + element(0x18538067, body)


PDF = "application/pdf"
Made = tuple[str, Callable[[], bytes], frozenset[str], str]

HONEST: tuple[Made, ...] = (
    ("leaflet.pdf", a_pdf, LEAFLETS, "application/pdf"),
    ("삐라 최종.pdf", a_pdf_with_a_photograph, LEAFLETS, PDF),
    ("deflated.pdf", lambda: a_pdf_with_a_photograph(deflated=True), LEAFLETS, PDF),
    ("leaflet.png", a_picture, LEAFLETS, "image/png"),
    ("filled.pdf", lambda: a_pdf_with_a_photograph(filled(a_photograph())), LEAFLETS, PDF),
    ("late.pdf", lambda: a_pdf_with_a_photograph(told_late(a_photograph())), LEAFLETS, PDF),
    ("jfif.pdf", lambda: a_pdf_with_a_photograph(told_by_jfif(a_photograph())), LEAFLETS, PDF),
    ("scans.pdf", lambda: a_pdf_with_a_photograph(in_scans()), LEAFLETS, PDF),
    ("leaflet.JPG", a_photograph, LEAFLETS, "image/jpeg"),
    (
        "script.txt",
        lambda: "\ufeff무기를 내려놓으십시오.\r\n".encode(),
        SCRIPTS,
        "text/plain",
    ),
    ("script.pdf", a_pdf, SCRIPTS, "application/pdf"),
    ("appeal.wav", a_wav, SOUNDS, "audio/wav"),
    ("appeal.mp3", lambda: an_mp3(tag=an_id3(900, b"SecretTag")), SOUNDS, "audio/mpeg"),
    ("appeal.flac", lambda: a_flac(((4, b"SecretTag" * 9),)), SOUNDS, "audio/flac"),
    ("appeal.opus", an_opus, SOUNDS, "audio/ogg"),
    ("appeal.m4a", an_m4a, SOUNDS, "audio/mp4"),
    ("appeal.mp4", an_mp4, FILMS, "video/mp4"),
    ("appeal.webm", a_webm, FILMS, "video/webm"),
)
