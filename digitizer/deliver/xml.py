"""XML of packages: built with lxml, written as UTF-8, read without entities or network, checked against the XSDs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, BinaryIO

from lxml import etree

import resources
from digitizer.i18n import gettext
from ocr.formats.xml import allowed
from ocr.text import nfc

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
SIP = "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
EAD3 = "http://ead3.archivists.org/schema/"
DC = "http://purl.org/dc/elements/1.1/"
SCHEMAS = {
    METS: "mets.xsd", XLINK: "xlink.xsd", CSIP: "DILCISExtensionMETS.xsd", SIP: "DILCISExtensionSIPMETS.xsd",
    PREMIS: "premis-v3-0.xsd", EAD3: "ead3.xsd",
}  # fmt: skip
"""The XSD of a namespace, in ``resources/schemas``."""
_LOADING = {f"{{http://www.w3.org/2001/XMLSchema}}{name}" for name in ("import", "include", "redefine", "override")}
_SEAL = re.compile(rb'<\?digitizer sha256="([0-9a-f]{64})"\?>\n\Z')


def element(tag: str, attributes: Mapping[str, str] | None = None, text: str | None = None, **names: str) -> Any:
    """An element ``{namespace}name``. ``names``: namespaces by prefix. What XML cannot hold becomes U+FFFD."""
    made = etree.Element(tag, nsmap=names or None)
    _fill(made, attributes, text)
    return made


def child(parent: Any, tag: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Any:
    """A new last child, in the namespace of ``parent`` where ``tag`` names none."""
    space = etree.QName(parent).namespace
    made = etree.SubElement(parent, tag if tag.startswith("{") or space is None else f"{{{space}}}{tag}")
    _fill(made, attributes, text)
    return made


def clean_text(text: str) -> str:
    """NFC, without what XML cannot hold."""
    return allowed(nfc(text))


def _fill(made: Any, attributes: Mapping[str, str] | None, text: str | None) -> None:
    for name, value in (attributes or {}).items():
        made.set(name, clean_text(value))
    if text is not None:
        made.text = clean_text(text)


def serialise(root: Any) -> bytes:
    """The document in UTF-8 with its declaration."""
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def sealed(document: bytes) -> bytes:
    """The document with its own hash behind it, as a processing instruction: nothing else holds that of a package's
    METS.xml.
    """
    return document + f'<?digitizer sha256="{hashlib.sha256(document).hexdigest()}"?>\n'.encode()


def seal_of(document: bytes) -> bool | None:
    """Whether the document is as it was sealed; None where it bears no seal."""
    found = _SEAL.search(document)
    return None if found is None else hashlib.sha256(document[: found.start()]).hexdigest().encode() == found[1]


def parse(document: bytes | BinaryIO) -> Any:
    """The root of an untrusted document. Raises etree.XMLSyntaxError, also for one with a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if isinstance(document, bytes):
        root = etree.fromstring(document, parser)
    else:
        root = etree.parse(document, parser).getroot()
    if root.getroottree().docinfo.doctype:
        raise etree.XMLSyntaxError("a document type is not allowed", 0, 1, 1)
    return root


def texts(root: Any) -> dict[str, str]:
    """What its children say, by their names."""
    return {etree.QName(one).localname: (one.text or "").strip() for one in root if isinstance(one.tag, str)}


def schema_faults(root: Any) -> list[str]:
    """What the XSD of the root's namespace says against the document; nothing where there is no XSD for it."""
    name = SCHEMAS.get(etree.QName(root).namespace or "")
    return [] if name is None else list(_said(_schema(name), root))


def streamed_faults(handle: BinaryIO, space: str) -> list[str]:
    """As ``schema_faults``, for a long list of things in the namespace ``space`` (what lies under the root, or under
    ``dsc`` of EAD3): in memory is one at a time.
    """
    ended = False
    try:
        for _, each in etree.iterparse(
            handle, events=("end",), schema=_schema(SCHEMAS[space]), resolve_entities=False, no_network=True,
            load_dtd=False, huge_tree=False,
        ):  # fmt: skip
            above = each.getparent()
            ended = above is None
            if above is not None and (above.getparent() is None or above.tag == f"{{{EAD3}}}dsc"):
                each.clear()
                while each.getprevious() is not None:
                    del above[0]
        # lxml does not say of a document that is cut off where it checks it by a schema
        return [] if ended else [gettext("It is no XML that can be read.")]
    except etree.XMLSyntaxError as error:
        return [str(error)]


def own_schema_faults(schema: Any, root: Any) -> list[str]:
    """What an XSD that came with a package (its root element) says against a document. Raises etree.XMLSchemaParseError
    where it is none, and for one that is more than itself: libxml2 would read whatever file or address it names.
    """
    if any(each.tag in _LOADING for each in schema.iter()):
        raise etree.XMLSchemaParseError("a schema that loads others is not taken")
    return list(_said(etree.XMLSchema(schema), root))


def _said(schema: Any, root: Any) -> Iterator[str]:
    if not schema.validate(root):
        for error in schema.error_log:
            yield f"line {error.line}: {error.message}"


class _Shipped(etree.Resolver):  # type: ignore[misc]
    """Imports by web address come from ``resources/schemas``, and nothing else comes at all."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        name = system_url.rpartition("/")[2]
        path = resources.path("schemas") / name
        if not path.is_file():
            return self.resolve_empty(context)
        return self.resolve_filename(str(path), context)


@cache
def _schema(name: str) -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Shipped())
    if name != SCHEMAS[METS]:
        return etree.XMLSchema(etree.parse(str(resources.path("schemas") / name), parser))
    # The METS schema takes attributes of other namespaces as they come ("lax"): those of E-ARK are loaded with it.
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="{SCHEMAS[space]}"/>' for space in (METS, CSIP, SIP)
    )
    driver = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    base = str(resources.path("schemas") / "driver.xsd")
    return etree.XMLSchema(etree.fromstring(driver.encode(), parser, base_url=base))
