import { open } from 'node:fs/promises';

/** Bytes of an answer: some in memory, then a part of a file. */
export interface Body {
  head: Uint8Array;
  file?: { path: string; start: number; end: number };
}

/**
 * Answers with a part or the whole of a body (RFC 9110: Range with one range, If-Range, If-None-Match, HEAD). Several
 * ranges at once, and what is not understood, get the whole.
 */
export async function rangeAnswer(
  request: Request,
  body: Body,
  { etag, ...more }: { etag: string; 'content-type': string } & Record<string, string>,
): Promise<Response> {
  const size = body.head.length + (body.file ? body.file.end - body.file.start : 0);
  const headers = new Headers({ etag, 'accept-ranges': 'bytes', ...more });
  if (matches(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, etag, size);
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, end } = range ?? { start: 0, end: size };
  headers.set('content-length', String(end - start));
  if (range) headers.set('content-range', `bytes ${start}-${end - 1}/${size}`);
  const status = range ? 206 : 200;
  if (request.method === 'HEAD') return new Response(null, { status, headers });
  return new Response(await streamOf(body, start, end), { status, headers });
}

function matches(stated: string | null, etag: string): boolean {
  const tags = (stated ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.some((one) => one === '*' || one === etag);
}

function rangeOf(request: Request, etag: string, size: number) {
  const stated = request.headers.get('range');
  const only = request.headers.get('if-range');
  // Weak tags and dates never hold for parts.
  if (stated === null || (only !== null && only !== etag)) return undefined;
  const parts = /^bytes=(\d*)-(\d*)$/.exec(stated.trim());
  if (parts === null || (parts[1] === '' && parts[2] === '')) return undefined;
  const [, first, last] = parts;
  if (first === '') {
    const length = Number(last);
    return length === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size };
  }
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
}

const pieceBytes = 1 << 20;

/** Opened before the answer leaves, so that a file that is deleted meanwhile is still read to its end. */
async function streamOf(
  { head, file }: Body,
  start: number,
  end: number,
): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>> {
  const before = head.slice(start, Math.min(end, head.length));
  if (file === undefined || end <= head.length) return before;
  const handle = await open(file.path);
  const stop = file.start + end - head.length;
  let at = file.start + Math.max(0, start - head.length);
  let sent = before.length === 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        if (!sent) {
          sent = true;
          controller.enqueue(before);
          return;
        }
        const piece = new Uint8Array(Math.min(pieceBytes, stop - at));
        const { bytesRead } = piece.length === 0 ? { bytesRead: 0 } : await handle.read(piece, 0, piece.length, at);
        if (bytesRead > 0) controller.enqueue(piece.subarray(0, bytesRead));
        at += bytesRead;
        if (at >= stop) {
          await handle.close();
          controller.close();
        } else if (bytesRead === 0) throw new Error('the file ends too early');
      } catch (error) {
        await handle.close().catch(() => undefined);
        controller.error(error);
      }
    },
    async cancel() {
      await handle.close().catch(() => undefined);
    },
  });
}
