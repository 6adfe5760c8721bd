"""The XMP packet of a delivered PDF: the facts of its document information and the PDF/A claim (ISO 19005-2, 6.6)."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

PART = "2"
CONFORMANCE = "U"

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>{conformance}</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
{described}
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def packet(
    *, title: str, author: str, subject: str, language: str, creator: str, producer: str, created: datetime
) -> bytes:
    """The packet in UTF-8. Of the first four, what is empty is left out. ``created`` is aware."""
    described = [
        f"<dc:{term}><rdf:{kind}><rdf:li{qualifier}>{escape(value)}</rdf:li></rdf:{kind}></dc:{term}>"
        for term, kind, qualifier, value in (
            ("title", "Alt", ' xml:lang="x-default"', title),
            ("creator", "Seq", "", author),
            ("description", "Alt", ' xml:lang="x-default"', subject),
            ("language", "Bag", "", language),
        )
        if value
    ]
    return _PACKET.format(
        part=PART,
        conformance=CONFORMANCE,
        described="\n".join(described),
        creator=escape(creator),
        producer=escape(producer),
        date=created.isoformat(timespec="seconds"),
    ).encode()
