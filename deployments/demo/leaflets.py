"""What the demo's materials hold: a leaflet set by Typst, an appeal that is a tone."""

import io
import math
import struct
import wave
from pathlib import Path

import noto_cjk_sans_otc
import typst

from deployments.materials.files import LEAFLETS, SOUNDS, Inspected, inspect_upload

LEAFLET = """
#set page(width: 105mm, height: 148mm, margin: 10mm)
#set text(font: "Noto Sans CJK KR", size: 13pt, lang: "ko")
#align(center)[#text(size: 22pt, weight: "bold")[집으로 가는 길이 있다]]
#v(6mm)
총을 내려놓고 두 손을 들면 아무도 쏘지 않는다. 먹을 것과 잠자리를 주고 다친 데를 고쳐 준다.
#v(4mm)
말이 통하는 사람이 기다린다. 같은 고향 말을 쓰는 사람이다.
#v(1fr)
#line(length: 100%)
1. 총은 땅에 두고, 탄창을 뺀다.\\
2. 손을 머리 위로 든다.\\
3. “항복”이라고 소리친다.
#pagebreak()
#align(center)[#text(size: 18pt, weight: "bold")[제네바협약이 너를 지킨다]]
#v(6mm)
포로는 해를 입지 않는다. 가족에게 알려지지 않게 할 수 있다. 돌아가기 싫으면 돌아가지 않아도 된다.
#v(1fr)
#align(center)[#circle(radius: 14mm, stroke: 2pt)]
#v(1fr)
"""

SECONDS, RATE = 12, 8000


def leaflet() -> Inspected:
    """Return a leaflet of two pages in Korean, looked at like any file from outside."""
    folder = str(Path(str(noto_cjk_sans_otc.__file__)).parent)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
    made = typst.compile(LEAFLET.encode(), font_paths=fonts)
    return inspect_upload(made, "leaflet.pdf", takes=LEAFLETS, previews=True)


def appeal() -> Inspected:
    """Return a recording: rising tones, where a voice would be."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(b"".join(_sample(place) for place in range(SECONDS * RATE)))
    return inspect_upload(kept.getvalue(), "appeal.wav", takes=SOUNDS)


def _sample(place: int) -> bytes:
    pitch = 220 * (1 + place // RATE / SECONDS)
    return struct.pack("<h", int(9000 * math.sin(2 * math.pi * pitch * place / RATE)))
