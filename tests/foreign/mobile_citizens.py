"""The base of mobile citizens by other means: verifies the gateway's signature, answers from a table, signs. Python's own server.

usage: mobile_citizens.py FOLDER IIN PHONE   (key.pem, certificate.pem, gateway.pem)
Prints its address, serves until it is killed; keeps every envelope that came as FOLDER/wire-N.xml.
"""

import itertools
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from lxml import etree

from wss import SOAP, Keys

folder, iin, phone = sys.argv[1:]
keys = Keys(folder)
number = itertools.count(1)
TYPES = "http://bip.bee.kz/SyncChannel/v10/Types"
CONTRACT = "https://qyzmet.kz/contract/MAB_PHONE/1"

ANSWER = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
  <ns3:SendMessageResponse xmlns:ns3="http://bip.bee.kz/SyncChannel/v10/Types"><response><responseInfo>
    <messageId>mobile-citizens</messageId><correlationId/><responseDate>2024-04-01T12:00:00.000+05:00</responseDate>
    <status><code>SCSS001</code><message>ok</message></status><sessionId/>
  </responseInfo><responseData><data><response xmlns="https://qyzmet.kz/contract/MAB_PHONE/1"/></data></responseData></response>
  </ns3:SendMessageResponse></soap:Body></soap:Envelope>"""


def answer(raw):
    Path(folder, f"wire-{next(number)}.xml").write_bytes(raw)
    envelope = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    keys.verify_gateway(envelope)
    request = envelope.find(f"{{{SOAP}}}Body/{{{TYPES}}}SendMessage/request")
    assert request.findtext("requestInfo/serviceId") == "MAB_PHONE"
    assert request.findtext("requestInfo/sender/password") is None, "no password leaves the gateway"
    asked = request.find(f"requestData/data/{{{CONTRACT}}}request")
    known = iin in (asked.findtext(f"{{{CONTRACT}}}iin"),) or phone == asked.findtext(f"{{{CONTRACT}}}phone")
    response = etree.fromstring(ANSWER)
    info = response.find(".//responseInfo")
    info.find("correlationId").text = request.findtext("requestInfo/messageId")
    info.find("sessionId").text = request.findtext("requestInfo/sessionId")
    if known:
        entry = etree.SubElement(response.find(f".//{{{CONTRACT}}}response"), f"{{{CONTRACT}}}entry")
        etree.SubElement(entry, f"{{{CONTRACT}}}iin").text = iin
        etree.SubElement(entry, f"{{{CONTRACT}}}phone").text = phone
    return etree.tostring(keys.sign(response), encoding="utf-8")


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        try:
            status, body = 200, answer(self.rfile.read(int(self.headers["Content-Length"])))
        except Exception as error:  # shown to the test, which fails by it
            print(f"mobile citizens: {error!r}", file=sys.stderr, flush=True)
            status, body = 500, b"the message could not be accepted"
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
print(f"http://127.0.0.1:{server.server_port}/soap", flush=True)
server.serve_forever()
