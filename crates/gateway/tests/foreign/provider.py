"""A provider behind the gateway: verifies the gateway's signature, answers what the request asks for, signs.

usage: provider.py FOLDER   (key.pem, certificate.pem, gateway.pem); prints its address, serves until it is killed
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

from wss import SOAP, Keys

TYPES = "http://bip.bee.kz/SyncChannel/v10/Types"
KEYS = Keys(sys.argv[1])

ANSWER = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
  <ns3:SendMessageResponse xmlns:ns3="http://bip.bee.kz/SyncChannel/v10/Types"><response><responseInfo>
    <messageId>provider-1</messageId><correlationId/><responseDate>2026-05-28T12:00:00.000+05:00</responseDate>
    <status><code/><message/></status><sessionId/>
  </responseInfo><responseData><data><return/></data></responseData></response></ns3:SendMessageResponse>
</soap:Body></soap:Envelope>"""

FAULT = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>
  <faultcode>SCE001</faultcode><faultstring>field is missing</faultstring>
  <detail><e:SendMessageFault1_SendMessageFault xmlns:e="http://bip.bee.kz/SyncChannel/v10/Types">
    <errorCode>SCE001</errorCode><errorMessage>field is missing</errorMessage><errorDate>2026-05-28T12:00:00+05:00</errorDate>
  </e:SendMessageFault1_SendMessageFault></detail></soap:Fault></soap:Body></soap:Envelope>"""


def answer(raw):
    envelope = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    KEYS.verify_gateway(envelope)
    request = envelope.find(f"{{{SOAP}}}Body/{{{TYPES}}}SendMessage/request")
    assert request.findtext("requestInfo/sender/password") is None, "no password leaves the gateway"
    assert request.findtext("requestInfo/sender/senderId") == "sdu"
    asked = request.findtext("requestData/data")
    if asked == "fault":
        return 500, etree.tostring(KEYS.sign(etree.fromstring(FAULT)))
    response = etree.fromstring(ANSWER)
    info = response.find(f".//responseInfo")
    info.find("correlationId").text = request.findtext("requestInfo/messageId")
    info.find("sessionId").text = request.findtext("requestInfo/sessionId")
    info.find("status/code").text = "SCSE001" if asked == "refuse" else "SCSS001"
    info.find("status/message").text = "message"
    response.find(".//data/return").text = asked
    signed = etree.tostring(KEYS.sign(response), encoding="utf-8")
    if asked == "lie":
        signed = signed.replace(b"<return>lie<", b"<return>truth<")
    return 200, signed


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        try:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
        except Exception as error:  # shown to the test, which fails by it
            print(f"provider: {error!r}", file=sys.stderr, flush=True)
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
