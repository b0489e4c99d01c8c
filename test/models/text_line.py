# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A line of text as a picture, drawn by FreeType's C library: numpy.uint8 [height, width], black on
white."""
import ctypes
import ctypes.util

import numpy

GLYPH_OFFSET = 152  # of `glyph` in FT_FaceRec, on 64-bit machines
RENDER = 4          # FT_LOAD_RENDER


class Bitmap(ctypes.Structure):
    """FT_Bitmap."""
    _fields_ = [("rows", ctypes.c_uint), ("width", ctypes.c_uint), ("pitch", ctypes.c_int),
                ("buffer", ctypes.POINTER(ctypes.c_ubyte)), ("grays", ctypes.c_ushort),
                ("modes", ctypes.c_ubyte * 2), ("palette", ctypes.c_void_p)]


class Slot(ctypes.Structure):
    """FT_GlyphSlotRec up to the bitmap's place."""
    _fields_ = [("library", ctypes.c_void_p), ("face", ctypes.c_void_p),
                ("next", ctypes.c_void_p), ("glyph_index", ctypes.c_uint),
                ("generic", ctypes.c_void_p * 2), ("metrics", ctypes.c_long * 8),
                ("linear_advance", ctypes.c_long * 2), ("advance", ctypes.c_long * 2),
                ("format", ctypes.c_int), ("bitmap", Bitmap), ("left", ctypes.c_int),
                ("top", ctypes.c_int)]


def draw(text, font, height, pixels):
    """None when there is no FreeType or no such font."""
    name = ctypes.util.find_library("freetype")
    if name is None:
        return None
    freetype = ctypes.CDLL(name)
    library, face = ctypes.c_void_p(), ctypes.c_void_p()
    if freetype.FT_Init_FreeType(ctypes.byref(library)) != 0 or freetype.FT_New_Face(
            library, font.encode(), ctypes.c_long(0), ctypes.byref(face)) != 0:
        return None
    freetype.FT_Set_Pixel_Sizes(face, 0, pixels)
    picture = numpy.full((height, pixels * (len(text) + 2)), 255, numpy.uint8)
    pen, baseline = pixels // 3, (height + pixels) // 2 - pixels // 7
    for character in text:
        freetype.FT_Load_Char(face, ctypes.c_ulong(ord(character)), RENDER)
        slot = ctypes.cast(face.value + GLYPH_OFFSET,
                           ctypes.POINTER(ctypes.POINTER(Slot))).contents.contents
        bitmap, left = slot.bitmap, pen + slot.left
        for row in range(bitmap.rows):
            line = bitmap.buffer[row * bitmap.pitch:row * bitmap.pitch + bitmap.width]
            at = picture[baseline - slot.top + row, left:left + bitmap.width]
            numpy.minimum(at, 255 - numpy.array(line, numpy.uint8), out=at)
        pen += slot.advance[0] // 64
    return picture[:, :pen + pixels // 3]
