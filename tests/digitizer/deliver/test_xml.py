"""Reading and checking XML: schemas without a network, long documents piece by piece, the seal."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digitizer.deliver.xml import EAD3, METS, PREMIS, XLINK, XSI, parse, schema_faults, seal_of, sealed, streamed_faults

_OBJECT = """<premis:object xsi:type="premis:representation"><premis:objectIdentifier>
<premis:objectIdentifierType>local</premis:objectIdentifierType><premis:objectIdentifierValue>x</premis:objectIdentifierValue>
</premis:objectIdentifier></premis:object>"""
_EVENT = """<premis:event><premis:eventIdentifier><premis:eventIdentifierType>UUID</premis:eventIdentifierType>
<premis:eventIdentifierValue>{number}</premis:eventIdentifierValue></premis:eventIdentifier>
<premis:eventType>transfer</premis:eventType>{more}<premis:eventDateTime>2026-01-01T00:00:00+07:00</premis:eventDateTime>
</premis:event>"""


def _premis(*more: str) -> bytes:
    events = "".join(_EVENT.format(number=number, more=each) for number, each in enumerate(more))
    spaces = f'xmlns:premis="{PREMIS}" xmlns:xsi="{XSI}"'
    return f'<premis:premis {spaces} version="3.0">{_OBJECT}{events}</premis:premis>'.encode()


def test_a_long_document_is_checked_to_its_end() -> None:
    assert streamed_faults(io.BytesIO(_premis(*[""] * 300)), PREMIS) == []
    assert streamed_faults(io.BytesIO(_premis(*[""] * 299, "<premis:strange/>")), PREMIS) != []
    assert streamed_faults(io.BytesIO(_premis("")[:-5]), PREMIS) != []


def test_a_finding_aid_is_checked_down_to_its_items() -> None:
    aid = """<ead:ead xmlns:ead="{space}"><ead:control><ead:recordid>1</ead:recordid><ead:filedesc><ead:titlestmt>
    <ead:titleproper>x</ead:titleproper></ead:titlestmt></ead:filedesc><ead:maintenancestatus value="new"/>
    <ead:maintenanceagency><ead:agencyname>x</ead:agencyname></ead:maintenanceagency><ead:maintenancehistory>
    <ead:maintenanceevent><ead:eventtype value="created"/><ead:eventdatetime>2026</ead:eventdatetime>
    <ead:agenttype value="machine"/><ead:agent>x</ead:agent></ead:maintenanceevent></ead:maintenancehistory>
    </ead:control><ead:archdesc level="fonds"><ead:did><ead:unittitle>x</ead:unittitle></ead:did><ead:dsc>
    {items}</ead:dsc></ead:archdesc></ead:ead>"""
    item = '<ead:c level="{level}"><ead:did><ead:unittitle>x</ead:unittitle></ead:did></ead:c>'
    right, wrong = item.format(level="item"), item.format(level="nothing")
    for items, fine in ((right * 50, True), (right * 49 + wrong, False)):
        document = aid.format(space=EAD3, items=items).encode()
        assert (streamed_faults(io.BytesIO(document), EAD3) == []) == fine
        assert (schema_faults(parse(document)) == []) == fine


def test_attributes_of_other_namespaces_are_checked_too() -> None:
    mets = f"""<mets:mets xmlns:mets="{METS}" xmlns:xlink="{XLINK}" xmlns:csip="https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
    csip:CONTENTINFORMATIONTYPE="{{kind}}"><mets:structMap><mets:div><mets:mptr LOCTYPE="URL" xlink:type="{{link}}"
    xlink:href="x"/></mets:div></mets:structMap></mets:mets>"""
    assert schema_faults(parse(mets.format(kind="MIXED", link="simple").encode())) == []
    assert schema_faults(parse(mets.format(kind="mixed up", link="simple").encode())) != []
    assert schema_faults(parse(mets.format(kind="MIXED", link="complicated").encode())) != []


@pytest.mark.parametrize("document", [
    b"<!DOCTYPE x><x/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"<x>", b"", b"<x>&a;</x>",
    b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'><x/>",
])  # fmt: skip
def test_what_is_not_to_be_trusted_is_not_parsed(document: bytes) -> None:
    with pytest.raises(etree.XMLSyntaxError):
        parse(document)


@given(st.binary(max_size=300), st.data())
def test_a_seal_tells_every_change(document: bytes, data: st.DataObject) -> None:
    whole = sealed(document)
    assert seal_of(whole) is True
    assert seal_of(document) is None or b"<?digitizer" in document
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
    assert seal_of(whole[:at] + bytes([other]) + whole[at + 1 :]) is not True
