import { BlockList, isIP } from 'node:net';

/** The other side of a request. */
export interface Peer {
  /** Its address. */
  remote: string;
  /** It came over TLS, to us or to a proxy that is trusted. */
  secure: boolean;
  /** A proxy that is trusted handed it over without TLS in front of it. */
  bare?: boolean;
}

/** Whether an address is that of a proxy whose word about the other side is taken. */
export type Trusts = (address: string) => boolean;

/** @param named addresses and networks (10.0.0.0/8) */
export function trustsOf(named: readonly string[]): Trusts {
  const list = new BlockList();
  for (const one of named) {
    const [address = '', prefix] = one.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = unmapped(address);
    const family = isIP(plain);
    return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/**
 * Who is behind a connection. The headers of a proxy (X-Forwarded-For, X-Forwarded-Proto) count only when the connection
 * comes from one that is trusted, and of the addresses only the last that no trusted proxy has: what stands before it
 * anybody could have written.
 */
export function peerOf(address: string, tls: boolean, headers: Headers, trusts: Trusts): Peer {
  const own = unmapped(address);
  const scheme = headers.get('x-forwarded-proto');
  if (!trusts(own) || scheme === null) return { remote: own, secure: tls };
  // Of several the last is what our proxy itself has seen.
  const secure = scheme.split(',').at(-1)?.trim().toLowerCase() === 'https';
  const chain = (headers.get('x-forwarded-for') ?? '').split(',').map((one) => unmapped(one.trim()));
  let remote = own;
  for (const one of chain.reverse()) {
    if (isIP(one) === 0) break;
    remote = one;
    if (!trusts(one)) break;
  }
  return { remote, secure, ...(!secure && { bare: true }) };
}

/** An IPv4 address as such where a socket tells it as an IPv6 one. */
function unmapped(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
