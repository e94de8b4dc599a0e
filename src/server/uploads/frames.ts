import { z } from 'zod';
import { Refusal } from '../http/problem.ts';

/** Head of a file: 4 bytes of length (big-endian), this as JSON in UTF-8, then the bytes. No name stands in an address. */
export const FrameHead = z.object({
  path: z.string(),
  /** Size of the whole file. */
  bytes: z.int().nonnegative(),
  /** Of the file on the sender's side, ms since 1970: tells a file that has changed meanwhile. */
  modified: z.int().nonnegative().optional(),
});
export type FrameHead = z.infer<typeof FrameHead>;

/** Head of a part of a file: the bytes after it begin at `offset` and go to the end of the body. */
export const PartHead = FrameHead.extend({ offset: z.int().nonnegative() });
export type PartHead = z.infer<typeof PartHead>;

const longestHead = 16 * 1024;

/** The head of a part and the pieces after it. Throws `not-valid` (400). */
export async function readPart(
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ head: PartHead; rest: AsyncIterable<Uint8Array> }> {
  const { take, rest } = taker(pieces);
  return { head: parseHead(PartHead, (await takeHead(take))!), rest: rest() };
}

/**
 * Takes a batch of small files apart, one file in memory at a time. Throws `not-valid` (400) for what is no batch, with
 * the files before it given out already, and for a file of more than `mostBytes`.
 */
export async function* readFrames(
  pieces: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<FrameHead & { content: Uint8Array }> {
  const { take } = taker(pieces);
  for (;;) {
    const bytes = await takeHead(take, true);
    if (bytes === undefined) return;
    const head = parseHead(FrameHead, bytes);
    if (head.bytes > mostBytes) throw noBatch(`files of more than ${mostBytes} bytes are sent in parts`);
    yield { ...head, content: (await take(head.bytes))! };
  }
}

type Take = (bytes: number, endIsFine?: boolean) => Promise<Uint8Array | undefined>;

async function takeHead(take: Take, endIsFine = false): Promise<Uint8Array | undefined> {
  const length = await take(4, endIsFine);
  if (length === undefined) return undefined;
  const bytes = new DataView(length.buffer, length.byteOffset, 4).getUint32(0);
  if (bytes === 0 || bytes > longestHead) throw noBatch('the head of a file has an impossible length');
  return take(bytes);
}

/** Gives out so many bytes at a time; undefined at the end, when that may be there. */
function taker(pieces: AsyncIterable<Uint8Array>): { take: Take; rest(): AsyncGenerator<Uint8Array> } {
  const source = pieces[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const take: Take = async (bytes, endIsFine = false) => {
    while (heldBytes < bytes) {
      const { done, value } = await source.next();
      if (done) {
        if (heldBytes === 0 && endIsFine) return undefined;
        throw noBatch('it ends in the middle of a file');
      }
      held.push(value);
      heldBytes += value.byteLength;
    }
    const [first] = held;
    const whole = held.length === 1 && first !== undefined ? first : Buffer.concat(held, heldBytes);
    held = [whole.subarray(bytes)];
    heldBytes -= bytes;
    return whole.subarray(0, bytes);
  };
  return {
    take,
    async *rest() {
      yield* held;
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    },
  };
}

function parseHead<T>(schema: z.ZodType<T>, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw noBatch('the head of a file cannot be read');
  }
}

function noBatch(reason: string): Refusal {
  return new Refusal(400, {
    code: 'not-valid',
    message: `This is not how files are sent: ${reason}. Whole files before that are held.`,
    remedy: 'Ask what is held and send the rest again.',
  });
}
