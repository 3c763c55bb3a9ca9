"""The metadata of an archive file as XMP (ISO 16684-1), in the form that PDF/A-3 asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

#: What an e-invoice says of itself, described as ISO 19005-3, 6.6.2.3 wants it of a schema that is
#: none of its own. Name, namespace and properties are those of Factur-X 1.0.
_FACTUR_X_SCHEMA: Final = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_FACTUR_X: Final = {
    "DocumentFileName": ("factur-x.xml", "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document in capital letters"),
    "Version": ("1.0", "The version of the standard applying to the embedded XML document"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded XML document"),
}


@dataclass(frozen=True, slots=True)
class Information:
    """What a file says of itself, in its document information and its XMP alike.

    ``language`` is BCP 47. The file counts as made at the first moment (UTC) of ``made_on``.
    """

    title: str
    author: str
    subject: str
    creator: str
    producer: str
    language: str
    made_on: date


def packet(information: Information, *, is_factur_x: bool) -> bytes:
    """The XMP packet of a PDF/A-3b file."""
    moment = f"{information.made_on.isoformat()}T00:00:00Z"
    author = _list("dc:creator", "Seq", information.author) if information.author else ""
    parts = (
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "<dc:format>application/pdf</dc:format>",
        _list("dc:title", "Alt", information.title),
        author,
        _list("dc:description", "Alt", information.subject),
        _list("dc:language", "Bag", information.language),
        f"<xmp:CreatorTool>{escape(information.creator)}</xmp:CreatorTool>",
        f"<xmp:CreateDate>{moment}</xmp:CreateDate>",
        f"<xmp:ModifyDate>{moment}</xmp:ModifyDate>",
        f"<pdf:Producer>{escape(information.producer)}</pdf:Producer>",
    )
    body = "\n".join(filter(None, parts))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
{body}
</rdf:Description>
{_factur_x() if is_factur_x else ""}</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()


def _list(name: str, kind: str, text: str) -> str:
    language = ' xml:lang="x-default"' if kind == "Alt" else ""
    item = f"<rdf:li{language}>{escape(text)}</rdf:li>"
    return f"<{name}><rdf:{kind}>{item}</rdf:{kind}></{name}>"


def _factur_x() -> str:
    values = "\n".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _FACTUR_X.items())
    properties = "\n".join(
        f"""<rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description>
</rdf:li>"""
        for name, (_, description) in _FACTUR_X.items()
    )
    return f"""<rdf:Description rdf:about=""
 xmlns:fx="{_FACTUR_X_SCHEMA}"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
{values}
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_FACTUR_X_SCHEMA}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
{properties}
</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
