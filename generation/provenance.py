"""Marks in a picture's file that say it was made by a computer: XMP first, a signed C2PA manifest last.

    ValueError
    └── NotMarkable     bytes that are no PNG

XMP (IPTC Photo Metadata 2025.1): DigitalSourceType `trainedAlgorithmicMedia`, AISystemUsed. C2PA 2: the action
`c2pa.created` with the same source type, training and mining not allowed, and a statement of our own. The manifest
binds every byte of the file, so that whatever is written after it, XMP too, breaks it; saving the picture anew drops
both. Neither proves anything about a picture that has no marks.

C2PA needs the package c2pa-python (53 MB, `.[provenance]`); without it the XMP is written alone. Nothing is
fetched from anywhere: no time stamp, no thumbnails (they would add 900 KB), no remote manifests.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from PIL import Image

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
STATEMENT = "org.likeness.consent"
"""The label of our own assertion."""

_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="{iptc}"
 Iptc4xmpExt:DigitalSourceType={source} Iptc4xmpExt:AISystemUsed={system}/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_PNG = b"\x89PNG\r\n\x1a\n"
_MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_TRAINING = ("c2pa.ai_training", "c2pa.ai_generative_training", "c2pa.ai_inference", "c2pa.data_mining")
_SETTINGS = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}


class NotMarkable(ValueError):
    """The bytes are no PNG, so there is no place for a mark."""


@dataclass(frozen=True)
class Credential:
    """A C2PA manifest as it was found. `state` is Valid, Trusted or Invalid; `faults` are the codes that say why.

    Trusted is what was signed under the authority the reader was given, and nothing else: not a list of anybody's.
    """

    state: str
    source_type: str | None
    statement: Mapping[str, Any]
    faults: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        """Whether not a byte of the file has changed since it was signed."""
        return self.state in ("Valid", "Trusted")

    @property
    def ours(self) -> bool:
        """Whether it was signed under the authority given, and not a byte has changed since."""
        return self.state == "Trusted"


@dataclass(frozen=True)
class Marks:
    """Every mark found in a file."""

    parameters: str | None = None  # the infotext
    xmp: Mapping[str, str] = field(default_factory=dict)  # DigitalSourceType, AISystemUsed
    credential: Credential | None = None


def can_sign() -> bool:
    """Whether the package is there that writes and reads C2PA."""
    return find_spec("c2pa") is not None


def add_xmp(png: bytes, system: str) -> bytes:
    """The PNG with an XMP packet before its pixels; not a pixel and no other chunk changes."""
    packet = _PACKET.format(iptc=_IPTC, source=quoteattr(SOURCE_TYPE), system=quoteattr(system))
    # keyword, uncompressed, no language, no translated keyword (PNG 11.3.3.4)
    body = _XMP_KEYWORD + b"\0\0\0\0\0" + packet.encode()
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    place = png.find(b"IDAT") - 4
    if not png.startswith(_PNG) or place < len(_PNG):
        raise NotMarkable("A mark can be put into a PNG, and this is none.")
    return png[:place] + chunk + png[place:]


def sign(png: bytes, chain: bytes, key: bytes, system: str, statement: Mapping[str, Any]) -> bytes:
    """The PNG with a C2PA manifest that says `statement` and binds every byte; the last thing done to a file.

    `chain` and `key` are PEM: the certificate, its authority's, and the private key (ES256). `statement` goes with
    the picture wherever it goes: random numbers only.
    """
    from c2pa import Builder, C2paSignerInfo, Context, Settings, Signer

    action = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPE, "softwareAgent": {"name": system}}
    manifest = {
        "claim_generator_info": [{"name": "likeness"}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
            {
                "label": "c2pa.training-mining",
                "data": {"entries": {use: {"use": "notAllowed"} for use in _TRAINING}},
            },
            {"label": STATEMENT, "data": dict(statement)},
        ],
    }
    signer = Signer.from_info(C2paSignerInfo(alg=b"es256", sign_cert=chain, private_key=key, ta_url=None))
    signed = io.BytesIO()
    Builder(manifest, Context(Settings.from_dict(_SETTINGS))).sign(
        signer, "image/png", io.BytesIO(png), signed
    )
    return signed.getvalue()


def read_marks(data: bytes, authority: bytes | None = None) -> Marks:
    """Whatever marks a PNG, JPEG or WebP carries; never fails: what cannot be read is not there.

    `authority` is the certificate (PEM) whose signatures are ours.
    """
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_MIME)) as image:
            kind = image.format or ""
            info = {str(name): value for name, value in image.info.items()}
    except Exception:  # whatever a stranger's file does to a decoder
        return Marks()
    parameters = info.get("parameters")
    packet = info.get("xmp") or info.get(_XMP_KEYWORD.decode()) or b""
    return Marks(
        parameters=parameters if isinstance(parameters, str) else None,
        xmp=_read_xmp(packet.encode() if isinstance(packet, str) else packet),
        credential=_read_credential(data, _MIME.get(kind, ""), authority) if can_sign() else None,
    )


def _read_xmp(packet: bytes) -> dict[str, str]:
    """The two properties we write, from a packet that anybody may have written."""
    if not packet or len(packet) > 100_000 or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return {}
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \r\n").decode())
    except (ElementTree.ParseError, ValueError):
        return {}
    found = {}
    for element in root.iter():
        for name, value in [*element.attrib.items(), (element.tag, element.text or "")]:
            if name.startswith(f"{{{_IPTC}}}") and value.strip():
                found[name.rpartition("}")[2]] = value.strip()
    return found


def _read_credential(data: bytes, mime: str, authority: bytes | None) -> Credential | None:
    from c2pa import C2paError, Context, Reader, Settings

    trust = {"trust": {"user_anchors": authority.decode()}} if authority else {}
    verify = {**_SETTINGS["verify"], "verify_trust": bool(authority)}
    try:
        context = Context(Settings.from_dict({**_SETTINGS, **trust, "verify": verify}))
        with Reader(mime, io.BytesIO(data), context=context) as reader:
            said = json.loads(reader.json())
    except (C2paError, ValueError, KeyError):
        return None
    manifest = (said.get("manifests") or {}).get(said.get("active_manifest")) or {}
    assertions = {item.get("label"): item.get("data") or {} for item in manifest.get("assertions") or ()}
    actions = (assertions.get("c2pa.actions.v2") or assertions.get("c2pa.actions") or {}).get("actions") or [{}]
    faults = (str(status.get("code")) for status in said.get("validation_status") or ())
    return Credential(
        state=str(said.get("validation_state")),
        source_type=actions[0].get("digitalSourceType"),
        statement=assertions.get(STATEMENT) or {},
        faults=tuple(fault for fault in faults if fault != "signingCredential.untrusted"),
    )
