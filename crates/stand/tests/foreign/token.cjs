// Drives the double of NCALayer with the npm package "ncalayer-js-client". Usage: token.cjs URL. Prints one JSON line.
'use strict';
const { NCALayerClient } = require('ncalayer-js-client');

(async () => {
  const client = new NCALayerClient(process.argv[2], false);
  const version = await client.connect();
  const tokens = await client.getActiveTokens();
  const data = Buffer.from('шешім № 1').toString('base64');
  const cms = await client.basicsSignCMS(
    NCALayerClient.basicsStorageAll, data, NCALayerClient.basicsCMSParamsDetachedNoTSP, NCALayerClient.basicsSignerSignAny, 'kk');
  const older = await client.createCAdESFromBase64('PKCS12', data, 'SIGNATURE', false);
  const xml = await client.signXml('PKCS12', '<decision><number>1</number></decision>');
  let refused = '';
  try {
    await client.basicsSignCMS(
      NCALayerClient.basicsStorageAll, data, NCALayerClient.basicsCMSParamsAttached, NCALayerClient.basicsSignerSignAny, 'kk');
  } catch (error) {
    refused = error.message;
  }
  console.log(JSON.stringify({ version, tokens, cms, older, xml, refused }));
  process.exit(0);
})().catch((error) => {
  console.log(JSON.stringify({ error: error.message, canceled: error.canceledByUser === true }));
  process.exit(0);
});
