#!/usr/bin/env python3
"""Makes normal-forms.tsv.br: what the normal forms of Unicode (UAX #15) are made of, out of ICU 72 (Unicode 15.0).

    python3 make-normal-forms.py normal-forms.tsv.br        wants libicu72 and node

A line for each character that is not itself in every form, Hangul syllables left out (they are arithmetic): code point, combining class, canonical decomposition in full, compatibility
decomposition in full where that is another, and the two characters that compose it, where they do. Numbers are hexadecimal, spaces between those of one field, tabs between fields.
"""
import ctypes
import subprocess
import sys

icu = ctypes.CDLL("libicuuc.so.72")
for name in ("NFC", "NFD", "NFKD"):
    getattr(icu, f"unorm2_get{name}Instance_72").restype = ctypes.c_void_p
error = ctypes.c_int(0)
nfc, nfd, nfkd = (ctypes.c_void_p(getattr(icu, f"unorm2_get{name}Instance_72")(ctypes.byref(error))) for name in ("NFC", "NFD", "NFKD"))
buffer = (ctypes.c_uint16 * 256)()
PACK = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))"


def mapped(function, form, code):
    error = ctypes.c_int(0)
    length = function(form, ctypes.c_int32(code), buffer, 256, ctypes.byref(error))
    if length < 0:
        return None
    return [ord(c) for c in bytes(buffer)[: 2 * length].decode("utf-16-le")]


def words(codes):
    return " ".join(f"{c:x}" for c in codes or [])


lines = []
for code in range(0x110000):
    if 0xAC00 <= code < 0xD7A4 or 0xD800 <= code < 0xE000:
        continue
    combining = icu.u_getCombiningClass_72(ctypes.c_int32(code)) & 0xFF
    canonical = mapped(icu.unorm2_getDecomposition_72, nfd, code)
    compatible = mapped(icu.unorm2_getDecomposition_72, nfkd, code)
    raw = mapped(icu.unorm2_getRawDecomposition_72, nfc, code)
    composes = raw is not None and len(raw) == 2 and icu.unorm2_composePair_72(nfc, ctypes.c_int32(raw[0]), ctypes.c_int32(raw[1])) == code
    if not (combining or canonical or compatible):
        continue
    lines.append("\t".join([f"{code:x}", f"{combining:x}" if combining else "", words(canonical), words(compatible) if compatible != canonical else "", words(raw) if composes else ""]))
text = "".join(line + "\n" for line in lines).encode()
open(sys.argv[1], "wb").write(subprocess.run(["node", "-e", PACK], input=text, capture_output=True, check=True).stdout)
print(len(lines), "characters,", len(text), "bytes")
