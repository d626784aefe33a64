"""Drives the message centre of the stand with smpplib, an SMPP client of another maker.

Usage: esme.py PORT. Prints what it saw, one fact a line; exits with 1 and a reason when something is not as it should be.
"""
import sys
import time

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.gsm


def expect(condition, reason):
    if not condition:
        print("FAILED:", reason)
        sys.exit(1)


def read_until(client, seen, count, seconds=5):
    """Reads PDUs until `count` of them were seen."""
    end = time.time() + seconds
    while len(seen) < count and time.time() < end:
        client.read_once()


port = int(sys.argv[1])

stranger = smpplib.client.Client("127.0.0.1", port, timeout=5, allow_unknown_opt_params=True)
stranger.connect()
try:
    stranger.bind_transceiver(system_id="gov", password="wrong")
    expect(False, "a wrong password was bound")
except smpplib.exceptions.PDUError as error:
    expect(error.args[1] == smpplib.consts.SMPP_ESME_RBINDFAIL, f"another status than RBINDFAIL: {error.args}")
stranger.disconnect()

client = smpplib.client.Client("127.0.0.1", port, timeout=5, allow_unknown_opt_params=True)
responses, deliveries = [], []
client.set_message_sent_handler(lambda pdu: responses.append(pdu))
client.set_message_received_handler(lambda pdu: deliveries.append(pdu) or 0)
client.connect()
client.bind_transceiver(system_id="gov", password="secret")

text = "Құрметті Азамат! Сіздің жәрдемақы алуға құқығыңыз бар. Келісім үшін жіберіңіз - 7#1"
parts, encoding, message_class = smpplib.gsm.make_parts(text)
expect(len(parts) == 2, f"the text should make two segments, not {len(parts)}")
for part in parts:
    client.send_message(
        source_addr_ton=smpplib.consts.SMPP_TON_NWSPEC,
        source_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
        source_addr="1414",
        dest_addr_ton=smpplib.consts.SMPP_TON_INTL,
        dest_addr_npi=smpplib.consts.SMPP_NPI_ISDN,
        destination_addr="77011234567",
        short_message=part,
        data_coding=encoding,
        esm_class=message_class,
        registered_delivery=True,
    )
read_until(client, responses, 2)
expect([pdu.status for pdu in responses] == [0, 0], "both segments are accepted")
print("ids", " ".join(pdu.message_id.decode() for pdu in responses))

read_until(client, deliveries, 2)
receipts = [pdu for pdu in deliveries if pdu.esm_class & 0x04]
expect(len(receipts) == 2, f"two receipts, not {len(receipts)}")
expect({pdu.receipted_message_id for pdu in receipts} == {pdu.message_id for pdu in responses}, "receipts name the submissions")
expect(all(pdu.message_state == 2 for pdu in receipts), "receipts say delivered")
print("receipts", len(receipts))
print("READY", flush=True)

# The test now writes a reply from the phone.
deliveries.clear()
read_until(client, deliveries, 1)
expect(len(deliveries) == 1, "the reply is brought")
reply = deliveries[0]
print("reply", reply.source_addr.decode(), reply.destination_addr.decode(), smpplib.gsm and reply.short_message.decode("ascii"))
client.unbind()
client.disconnect()
