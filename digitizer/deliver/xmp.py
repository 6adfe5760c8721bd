"""The XMP packet of a delivered PDF: the facts of its document information and the PDF/A claim (ISO 19005-2, 6.6)."""

from __future__ import annotations

from collections.abc import Sequence
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
    *, title: str, author: str, subject: str, language: str, keywords: Sequence[str], identifier: str, dated: str,
    kind: str, creator: str, producer: str, created: datetime,
) -> bytes:  # fmt: skip
    """The packet in UTF-8. Of all that describes the paper, what is empty is left out. ``created`` is aware."""
    described = [
        f"<dc:{term}><rdf:{held}>{''.join(f'<rdf:li{qualifier}>{escape(value)}</rdf:li>' for value in values)}"
        f"</rdf:{held}></dc:{term}>"
        for term, held, qualifier, values in (
            ("title", "Alt", ' xml:lang="x-default"', [title]),
            ("creator", "Seq", "", [author]),
            ("description", "Alt", ' xml:lang="x-default"', [subject]),
            ("subject", "Bag", "", keywords),
            ("date", "Seq", "", [dated]),
            ("type", "Bag", "", [kind]),
            ("language", "Bag", "", [language]),
        )
        if any(values)
    ]
    if identifier:
        described.append(f"<dc:identifier>{escape(identifier)}</dc:identifier>")
    if keywords:
        described.append(f"<pdf:Keywords>{escape('; '.join(keywords))}</pdf:Keywords>")
    return _PACKET.format(
        part=PART,
        conformance=CONFORMANCE,
        described="\n".join(described),
        creator=escape(creator),
        producer=escape(producer),
        date=created.isoformat(timespec="seconds"),
    ).encode()
