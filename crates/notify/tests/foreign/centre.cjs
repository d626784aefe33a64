// A message centre by the npm package "smpp", steered by lines of JSON: what it sees goes to stdout, what it shall do comes by stdin.
// {"bring": {"from": "7701…", "text": "7#1"}}  brings a message to the client and says how it was answered
// {"throttle": n}                              refuses the next n submissions with ESME_RTHROTTLED
// {"drop": true}                               breaks the connection at the next submission, after counting it
'use strict';
const smpp = require('smpp');

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
let session = null;
let throttle = 0;
let drop = false;
let count = 0;

const server = smpp.createServer((peer) => {
  peer.on('error', () => {});
  peer.on('bind_transceiver', (pdu) => {
    if (pdu.system_id !== 'esme' || pdu.password !== 'secret') {
      peer.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      return;
    }
    session = peer;
    peer.send(pdu.response({ system_id: 'centre' }));
    say({ bound: pdu.system_id, version: pdu.interface_version });
  });
  peer.on('enquire_link', (pdu) => peer.send(pdu.response()));
  peer.on('unbind', (pdu) => {
    say({ unbound: true });
    peer.send(pdu.response());
    peer.close();
  });
  peer.on('submit_sm', (pdu) => {
    if (throttle > 0) {
      throttle -= 1;
      peer.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
      return;
    }
    count += 1;
    const message = pdu.short_message.message;
    const parts = (pdu.short_message.udh || []).map((element) => element.toString('hex'));
    say({
      submitted: count, from: pdu.source_addr, to: pdu.destination_addr, coding: pdu.data_coding, receipt: pdu.registered_delivery,
      text: typeof message === 'string' ? message : message.toString('hex'), parts,
    });
    if (drop) {
      drop = false;
      peer.destroy();
      return;
    }
    const id = 'M' + count;
    peer.send(pdu.response({ message_id: id }));
    if (pdu.registered_delivery) {
      peer.deliver_sm({
        esm_class: 4, source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, receipted_message_id: id, message_state: 2,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:2404011000 done date:2404011001 stat:DELIVRD err:000 text:`,
      }, (answer) => say({ receipt_answered: answer.command_status }));
    }
  });
});

server.listen(0, '127.0.0.1', () => say({ port: server.address().port }));

require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.throttle) throttle = order.throttle;
  if (order.drop) drop = true;
  if (order.bring) {
    session.deliver_sm({ source_addr: order.bring.from, destination_addr: '1414', short_message: order.bring.text },
      (answer) => say({ answered: answer.command_status }));
  }
}).on('close', () => process.exit(0));
