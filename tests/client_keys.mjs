// Signs in with keys of every kind as programs of Node do: issuer, client id, and the key as JSON. Prints a token.

import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';

const [issuer, id, given] = process.argv.slice(2);
const { by, alg, kid, pem } = JSON.parse(given);
const key = await jose.importPKCS8(pem, alg, { extractable: true });
const insecure = { [oauth.allowInsecureRequests]: true };

async function byJose() {
  const now = Math.floor(Date.now() / 1000);
  const assertion = await new jose.SignJWT({})
    .setProtectedHeader({ alg, typ: 'JWT', ...(kid ? { kid } : {}) })
    .setIssuer(id).setSubject(id).setAudience(issuer).setJti(crypto.randomUUID())
    .setIssuedAt(now).setExpirationTime(now + 3600)
    .sign(key);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const answer = await fetch(issuer + '/v1/oauth/token', { method: 'POST', body: form });
  return (await answer.json()).access_token;
}

async function byOauth() {
  const at = new URL(issuer);
  const found = await oauth.discoveryRequest(at, { algorithm: 'oauth2', ...insecure });
  const server = await oauth.processDiscoveryResponse(at, found);
  const client = { client_id: id };
  const answer = await oauth.clientCredentialsGrantRequest(
    server, client, oauth.PrivateKeyJwt({ key, kid }), new URLSearchParams(), insecure,
  );
  return (await oauth.processClientCredentialsResponse(server, client, answer)).access_token;
}

async function byOpenid() {
  const client = await openid.discovery(new URL(issuer), id, undefined, openid.PrivateKeyJwt({ key, kid }), {
    algorithm: 'oauth2', execute: [openid.allowInsecureRequests],
  });
  return (await openid.clientCredentialsGrant(client)).access_token;
}

console.log(await { jose: byJose, oauth4webapi: byOauth, 'openid-client': byOpenid }[by]());
