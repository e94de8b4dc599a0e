import { expect, it } from 'vitest';
import { peerOf, trustsOf } from './peer.ts';

const trusts = trustsOf(['127.0.0.1', '::1', '10.1.0.0/16']);
const asked = (address: string, headers: Record<string, string> = {}, tls = false) =>
  peerOf(address, tls, new Headers(headers), trusts);
const https = { 'x-forwarded-proto': 'https' };

it('takes nobody else at their word', () => {
  const forged = { ...https, 'x-forwarded-for': '198.51.100.7' };
  expect(asked('192.0.2.1', forged)).toEqual({ remote: '192.0.2.1', secure: false });
  expect(asked('10.2.0.1', forged)).toEqual({ remote: '10.2.0.1', secure: false });
  expect(peerOf('127.0.0.1', false, new Headers(forged), trustsOf([]))).toEqual({ remote: '127.0.0.1', secure: false });
  expect(asked('unknown', forged)).toEqual({ remote: 'unknown', secure: false });
});

it.each([
  ['127.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['::ffff:127.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['::1', '2001:db8::5', '2001:db8::5'],
  // What stands before the address that the proxy has seen is anybody's word.
  ['127.0.0.1', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
  ['127.0.0.1', '198.51.100.7, 10.1.2.3', '198.51.100.7'],
  ['127.0.0.1', '203.0.113.9, nonsense, 10.1.2.3', '10.1.2.3'],
  ['127.0.0.1', 'unknown', '127.0.0.1'],
  ['127.0.0.1', '', '127.0.0.1'],
])('behind the proxy %s, told %j: %s', (address, forwarded, remote) => {
  expect(asked(address, { ...https, 'x-forwarded-for': forwarded })).toEqual({ remote, secure: true });
});

it('says what came to the proxy in clear, and what came to us past it', () => {
  expect(asked('127.0.0.1', { 'x-forwarded-proto': 'http' })).toMatchObject({ secure: false, bare: true });
  // A client may send the header as well; the last is the word of our proxy.
  expect(asked('127.0.0.1', { 'x-forwarded-proto': 'https, http' })).toMatchObject({ secure: false, bare: true });
  expect(asked('127.0.0.1')).toEqual({ remote: '127.0.0.1', secure: false });
  expect(asked('192.0.2.1', {}, true)).toEqual({ remote: '192.0.2.1', secure: true });
});
