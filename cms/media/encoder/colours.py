"""Colours and turning: every picture leaves here upright, in sRGB, as RGB or RGBA."""

import io

from PIL import Image, ImageCms, ImageOps

SRGB = ImageCms.createProfile("sRGB")


def is_plain(image: Image.Image) -> bool:
    """Whether the pixels are sRGB already, so that dropping the profile changes nothing."""
    if image.mode in ("CMYK", "YCCK", "LAB"):
        return False
    profile = image.info.get("icc_profile")
    if not profile:
        return True
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return True  # a profile that nobody can read says nothing
    return "srgb" in name.lower()


def upright_srgb(image: Image.Image) -> Image.Image:
    """Apply the turn that EXIF asks for and the colour profile, then forget both."""
    plain = is_plain(image)
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if not plain and profile:
        image = _converted(image, profile)
    image = _eight_bits(image)
    see_through = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    image = image.convert("RGBA" if see_through else "RGB")
    if see_through and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info.clear()
    return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys would be cut off at 255 instead of scaled."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    if image.mode in ("P", "PA", "RGBA"):
        image = image.convert("RGB")
    elif image.mode == "LA":
        image = image.convert("L")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        converted = image.convert("RGB")
    if converted is None:
        converted = image.convert("RGB")
    if alpha is not None:
        converted.putalpha(alpha)
    return converted
