"""The population register by other means: zeep, fed by the gateway's own interface description, with an own signer.

usage: register.py FOLDER WSDL SENDER PASSWORD MESSAGE DATE   (key.pem, certificate.pem, gateway.pem; rows on standard input)
Sends the rows as SDU_FACTS twice under one message id, the same day, and prints what became of each.
"""

import sys

import zeep
from lxml import etree

from wss import Keys

folder, wsdl, sender, password, message, date = sys.argv[1:]
keys = Keys(folder)
rows = sys.stdin.buffer.read()
XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"


class Signing:
    """zeep's hook for WS-Security: puts the rows where zeep knows only text, signs; verifies the answer."""

    answer = None

    def apply(self, envelope, headers):
        data = envelope.find(".//data")
        data.attrib.pop(XSI, None)
        data.text = None
        data.append(etree.fromstring(rows))
        return keys.sign(envelope), headers

    def verify(self, envelope):
        keys.verify_gateway(envelope)
        self.answer = envelope
        return envelope


signing = Signing()
client = zeep.Client(wsdl, wsse=signing)
string = client.get_type("{http://www.w3.org/2001/XMLSchema}string")
for _ in range(2):
    info = {
        "messageId": message,
        "serviceId": "SDU_FACTS",
        "messageDate": date,
        "sender": {"senderId": sender, "password": password},
        "properties": [{"key": "idempotencyKey", "value": message}],
    }
    client.service.SendMessage({"requestInfo": info, "requestData": {"data": zeep.xsd.AnyObject(string, "")}})
    code = signing.answer.findtext(".//responseInfo/status/code")
    states = [element.text for element in signing.answer.iter() if etree.QName(element).localname == "status" and not len(element)]
    print("ok", code, *states)
