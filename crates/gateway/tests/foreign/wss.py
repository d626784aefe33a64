"""Transport signature of the gateway's channels, written from its description with lxml and cryptography only.

Shares nothing with the platform: its canonical form is libxml2's, its signatures OpenSSL's.
"""

import base64
import hashlib
import uuid
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
X509V3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


def canonical(element):
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


class Keys:
    def __init__(self, folder):
        folder = Path(folder)
        self.key = serialization.load_pem_private_key((folder / "key.pem").read_bytes(), None)
        self.certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
        self.gateway = x509.load_pem_x509_certificate((folder / "gateway.pem").read_bytes())

    def sign(self, envelope):
        """Adds the Security header to an envelope (an lxml element); its Body gets an identifier."""
        body = envelope.find(f"{{{SOAP}}}Body")
        header = envelope.find(f"{{{SOAP}}}Header")
        if header is None:
            header = etree.Element(f"{{{SOAP}}}Header")
            envelope.insert(0, header)
        identifier = f"id-{uuid.uuid4()}"
        body.set(f"{{{WSU}}}Id", identifier)
        security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE})
        security.set(f"{{{SOAP}}}mustUnderstand", "1")
        signature = etree.SubElement(security, f"{{{DS}}}Signature", nsmap={"ds": DS})
        info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
        etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
        elliptic = isinstance(self.key, ec.EllipticCurvePrivateKey)
        etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=ECDSA if elliptic else RSA)
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{identifier}")
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=EXCLUSIVE)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        digest = hashlib.sha256(canonical(body)).digest()
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()
        signed = canonical(info)
        if elliptic:
            r, s = utils.decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
            value = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        else:
            value = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = wrapped(value)
        key_info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
        token = etree.SubElement(key_info, f"{{{WSSE}}}SecurityTokenReference")
        named = etree.SubElement(token, f"{{{WSSE}}}KeyIdentifier", EncodingType=BASE64, ValueType=X509V3)
        named.text = wrapped(self.certificate.public_bytes(serialization.Encoding.DER))
        return envelope

    def verify_gateway(self, envelope):
        """Raises unless the one Body of the envelope is signed by the gateway's certificate, byte for byte as known."""
        (body,) = envelope.findall(f"{{{SOAP}}}Body")
        (signature,) = envelope.findall(f"{{{SOAP}}}Header/{{{WSSE}}}Security/{{{DS}}}Signature")
        info = signature.find(f"{{{DS}}}SignedInfo")
        (reference,) = info.findall(f"{{{DS}}}Reference")
        assert reference.get("URI") == "#" + body.get(f"{{{WSU}}}Id")
        methods = [info.find(f"{{{DS}}}CanonicalizationMethod"), reference.find(f"{{{DS}}}Transforms/{{{DS}}}Transform")]
        assert [method.get("Algorithm") for method in methods] == [EXCLUSIVE, EXCLUSIVE]
        assert reference.find(f"{{{DS}}}DigestMethod").get("Algorithm") == SHA256
        digest = base64.b64decode(reference.findtext(f"{{{DS}}}DigestValue"))
        assert digest == hashlib.sha256(canonical(body)).digest(), "digest of the Body"
        sent = base64.b64decode(signature.findtext(f".//{{{WSSE}}}KeyIdentifier"))
        assert sent == self.gateway.public_bytes(serialization.Encoding.DER), "certificate of the gateway"
        value = base64.b64decode(signature.findtext(f"{{{DS}}}SignatureValue"))
        key = self.gateway.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            assert info.find(f"{{{DS}}}SignatureMethod").get("Algorithm") == ECDSA
            half = len(value) // 2
            value = utils.encode_dss_signature(
                int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big"))
            key.verify(value, canonical(info), ec.ECDSA(hashes.SHA256()))
        else:
            assert info.find(f"{{{DS}}}SignatureMethod").get("Algorithm") == RSA
            key.verify(value, canonical(info), padding.PKCS1v15(), hashes.SHA256())


def wrapped(value):
    """Base64 in lines, as many clients of the field write it."""
    text = base64.b64encode(value).decode()
    return "\n" + "\n".join(text[at:at + 76] for at in range(0, len(text), 76)) + "\n"


__all__ = ["InvalidSignature", "Keys", "SOAP", "canonical"]
