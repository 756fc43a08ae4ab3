"""Recordings that are a row of blocks: WAV, MP3 and FLAC. Kept are the blocks of sound alone."""

import struct
from collections.abc import Iterator

from deployments.materials.inspection.findings import Found, Unfit

LARGEST_TAG = 64 * 1024
RATES = range(6_000, 400_000)
WAVE_CODECS = frozenset({1, 3, 0xFFFE})
LEAST_FRAMES = 4

BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MP3_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def inspect_wav(content: bytes) -> Found:
    """Return a WAV of its format and its sound alone (Microsoft's RIFF, WAVE)."""
    if len(content) < 44 or int.from_bytes(content[4:8], "little") + 8 != len(content):
        raise Unfit("broken")
    chunks = dict(_chunks(content))
    form, sound = chunks.get(b"fmt ", b""), chunks.get(b"data", b"")
    if len(form) < 16 or not sound:
        raise Unfit("broken")
    codec, channels, rate, speed, block, bits = struct.unpack("<HHIIHH", form[:16])
    if codec not in WAVE_CODECS or not 1 <= channels <= 8 or rate not in RATES:
        raise Unfit("broken")
    if block != channels * bits // 8 or speed != rate * block or len(sound) % block:
        raise Unfit("broken")
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", sound)
    return Found("audio/wav", _chunk(b"RIFF", body), seconds=round(len(sound) / speed))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, seen = 12, set()
    while at < len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if at + 8 + size > len(content) or name in seen:
            raise Unfit("broken")
        if name not in (b"fmt ", b"data") and size > LARGEST_TAG:
            raise Unfit("tags")
        seen.add(name)
        yield name, content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def inspect_mp3(content: bytes) -> Found:
    """Return the frames of an MP3 alone: every byte between its tags belongs to one."""
    start, end = _after_tag(content), _before_tags(content)
    at, seconds, frames = start, 0.0, 0
    while at + 4 <= end:
        length, lasts = _frame(content[at : at + 4])
        if at + length > end:
            break
        at, seconds, frames = at + length, seconds + lasts, frames + 1
    if frames < LEAST_FRAMES or end - at > 2048:
        raise Unfit("broken")
    return Found("audio/mpeg", content[start:at], seconds=round(seconds))


def _after_tag(content: bytes) -> int:
    """Return where the frames begin: after the tag of ID3v2 (section 3.1), if there is one."""
    if content[:3] != b"ID3":
        return 0
    if any(byte & 0x80 for byte in content[6:10]):
        raise Unfit("broken")
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte
    if size > LARGEST_TAG:
        raise Unfit("tags")
    start = 10 + size + (10 if content[5] & 0x10 else 0)
    while content[start : start + 1] == b"\0":
        start += 1
    return start


def _before_tags(content: bytes) -> int:
    end = len(content)
    if content[end - 128 : end - 125] == b"TAG":
        end -= 128
    if content[end - 32 : end - 24] == b"APETAGEX":
        size = int.from_bytes(content[end - 20 : end - 16], "little") + 32
        if size > LARGEST_TAG:
            raise Unfit("tags")
        end -= size
    return end


def _frame(head: bytes) -> tuple[int, float]:
    """Return a frame's length in bytes and in seconds (ISO 11172-3, section 2.4.1.3)."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    synced = head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    if not synced or version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        raise Unfit("broken")
    samples = 1152 if version == 3 else 576
    speed = (BITRATES_1 if version == 3 else BITRATES_2)[bitrate] * 1000
    hertz = MP3_RATES[version][rate]
    return samples // 8 * speed // hertz + (head[2] >> 1 & 1), samples / hertz


def inspect_flac(content: bytes) -> Found:
    """Return a FLAC with what tells its form and its seek points, without every other block."""
    kept, at, last, blocks = b"", 4, False, 0
    while not last:
        if at + 4 > len(content) or blocks > 64:
            raise Unfit("broken")
        last, kind = bool(content[at] & 0x80), content[at] & 0x7F
        size = int.from_bytes(content[at + 1 : at + 4], "big")
        if kind not in (0, 3) and size > LARGEST_TAG:
            raise Unfit("tags")
        if (blocks == 0) != (kind == 0) or at + 4 + size > len(content):
            raise Unfit("broken")
        if kind == 0:
            kept += bytes([0x80]) + content[at + 1 : at + 4 + size]
        at, blocks = at + 4 + size, blocks + 1
    rate, samples = _flac_form(kept)
    if content[at : at + 1] != b"\xff" or content[at + 1] & 0xFE != 0xF8:
        raise Unfit("broken")
    return Found("audio/flac", b"fLaC" + kept + content[at:], seconds=round(samples / rate))


def _flac_form(block: bytes) -> tuple[int, int]:
    """Return the rate and the number of samples that STREAMINFO tells."""
    if len(block) != 38:
        raise Unfit("broken")
    packed = int.from_bytes(block[14:22], "big")
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    if rate not in RATES or not samples:
        raise Unfit("broken")
    return rate, samples
