"""A consumer of the gateway: zeep, fed by the gateway's own interface description, with an own signer.

usage: consumer.py FOLDER WSDL SENDER PASSWORD   (key.pem, certificate.pem, gateway.pem); prints a line for each thing it saw
"""

import sys
import uuid

import zeep
from lxml import etree
from zeep.exceptions import Fault

from wss import SOAP, Keys

folder, wsdl, sender, password = sys.argv[1:]
keys = Keys(folder)


class Signing:
    """zeep's hook for WS-Security. `spoil` changes the envelope after it was signed."""

    def __init__(self):
        self.skip = False
        self.spoil = None
        self.check_answer = True

    def apply(self, envelope, headers):
        if not self.skip:
            keys.sign(envelope)
        if self.spoil:
            envelope.find(".//data").text = self.spoil
        return envelope, headers

    def verify(self, envelope):
        # Called for answers and faults alike.
        if self.check_answer:
            keys.verify_gateway(envelope)
        return envelope


signing = Signing()
client = zeep.Client(wsdl, wsse=signing)
string = client.get_type("{http://www.w3.org/2001/XMLSchema}string")


def send(text, secret=password):
    info = {
        "messageId": str(uuid.uuid4()),
        "serviceId": "PERSONS",
        "messageDate": "2026-05-28T12:00:00.000+05:00",
        "sender": {"senderId": sender, "password": secret},
        "properties": [{"key": "CONNECTOR_CLIENT", "value": "zeep"}],
    }
    data = zeep.xsd.AnyObject(string, text)
    return info["messageId"], client.service.SendMessage({"requestInfo": info, "requestData": {"data": data}})


def fault_code(text, **options):
    try:
        send(text, **options)
    except Fault as fault:
        assert fault.code in ("soap:Client", "soap:Server"), fault.code
        detail = fault.detail[0]
        assert etree.QName(detail).localname == "SendMessageFault1_SendMessageFault"
        assert detail.findtext("sessionId").startswith("{") and detail.findtext("errorDate")
        return detail.findtext("errorCode")
    raise AssertionError(f"{text}: no fault")


message_id, answer = send("Әлия & <b>")
info = answer["responseInfo"]
assert info["correlationId"] == message_id and info["sessionId"].startswith("{"), info
print("ok answer", info["status"]["code"], answer["responseData"]["data"][0].text)
_, answer = send("refuse")
print("ok business refusal", answer["responseInfo"]["status"]["code"])
print("ok fault of the provider", fault_code("fault"))
print("ok lie of the provider", fault_code("lie"))
# Faults for those whom the gateway could not identify are not signed.
signing.check_answer = False
print("ok wrong password", fault_code("x", secret="guess"))
signing.skip = True
print("ok unsigned", fault_code("x"))
signing.skip, signing.spoil = False, "changed"
print("ok changed after signing", fault_code("x"))
