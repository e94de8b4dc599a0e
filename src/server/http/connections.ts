import type { Server, Socket } from 'node:net';
import type { Trusts } from './peer.ts';

/**
 * Closes connections beyond these numbers as they come. A trusted proxy stands for many and is held by the whole number
 * alone.
 */
export function boundConnections(
  server: Server,
  { most, ofOneAddress }: { most: number; ofOneAddress: number },
  trusts: Trusts,
): void {
  server.maxConnections = most;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || trusts(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > ofOneAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}
