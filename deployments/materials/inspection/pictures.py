"""Pictures: decoded within limits, turned as they are meant to be seen, and encoded anew."""

import warnings
from io import BytesIO

from PIL import Image, ImageFile, ImageOps, PngImagePlugin

from deployments.materials.inspection.findings import MOST_PIXELS, Found, Unfit

PREVIEW_SIDE = 1000

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
ImageFile.LOAD_TRUNCATED_IMAGES = False
PngImagePlugin.MAX_TEXT_CHUNK = 64 * 1024
PngImagePlugin.MAX_TEXT_MEMORY = 256 * 1024
warnings.simplefilter("error", Image.DecompressionBombWarning)

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


def inspect_picture(content: bytes, kind: str, *, previews: bool) -> Found:
    """Return a picture encoded anew: nothing is kept but its pixels."""
    picture = open_picture(content, kind)
    kept = BytesIO()
    if kind == "image/jpeg":
        _plain(picture, ("L", "RGB")).save(kept, "JPEG", quality=90)
    else:
        _plain(picture, ("1", "L", "LA", "RGB", "RGBA")).save(kept, "PNG")
    shown = (preview_of(picture),) if previews else ()
    return Found(kind, kept.getvalue(), pages=1, previews=shown)


def open_picture(content: bytes, kind: str) -> Image.Image:
    """Decode a picture as its kind and nothing else, within MOST_PIXELS. Raises Unfit."""
    try:
        with Image.open(BytesIO(content), formats=(FORMATS[kind],)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unfit("pixels")
            if getattr(picture, "n_frames", 1) > 1:
                raise Unfit("moving")
            picture.load()
            return ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit("pixels") from None
    except (OSError, SyntaxError, ValueError):
        raise Unfit("broken") from None


def preview_of(picture: Image.Image) -> bytes:
    """Return a small PNG of a picture, on white."""
    small = picture.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    shown = Image.new("RGB", small.size, "white")
    alpha = small.convert("RGBA")
    shown.paste(alpha, mask=alpha)
    kept = BytesIO()
    shown.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _plain(picture: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """Return the pixels alone, in one of the modes, without what travels beside them."""
    plain = picture if picture.mode in modes else picture.convert(modes[-1])
    plain.info = {}
    return plain
