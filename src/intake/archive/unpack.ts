import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import yauzl from 'yauzl';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { InputFile } from '../format.ts';
import type { UnpackBudget } from './budget.ts';
import { memberPath } from './memberPath.ts';
import type { ArchiveKind } from './recognise.ts';
import type { Spool } from './spool.ts';

/** A member on disk, or what kept it from getting there. */
export type Member = { path: string; diskPath: string } | { path: string; refused: Issue };

/** A limit was met: stop reading this archive. */
class LimitMet extends Error {}

/**
 * Takes the members out of an archive one by one, in the order in which they lie there, each under `<archive>!/<member>`.
 * A damaged or hostile member is refused and the rest goes on; a limit or a damaged archive ends it with an issue.
 */
export async function* unpack(
  file: InputFile,
  kind: ArchiveKind,
  spool: Spool,
  budget: UnpackBudget,
): AsyncGenerator<Member> {
  try {
    if (kind === 'zip') yield* unpackZip(file, spool, budget);
    else if (kind === 'gz') yield* unpackGzip(file, spool, budget);
    else yield* unpackTar(file, kind === 'tar.gz', spool, budget);
  } catch (error) {
    yield { path: file.path, refused: budget.spent ?? damaged(file.path, error) };
  }
}

function damaged(path: string, error: unknown): Issue {
  return issue('error', 'archive-damaged', `The archive cannot be read to its end: ${reason(error)}.`, {
    place: path,
    remedy: 'Copy or export it again; members before the damage were read.',
  });
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

function counter(budget: UnpackBudget, place: string): (bytes: number) => void {
  return (bytes) => {
    if (budget.take(bytes, place)) throw new LimitMet();
  };
}

function refuse(archive: string, name: string, code: string, message: string, remedy: string): Member {
  const path = `${archive}!/${name.replace(/[\u0000-\u001f\u007f]/g, '?').slice(0, 200)}`;
  return { path, refused: issue('error', code, message, { place: path, remedy }) };
}

const packAgain = 'Pack the archive again with plain relative file names.';

async function* unpackZip(file: InputFile, spool: Spool, budget: UnpackBudget): AsyncGenerator<Member> {
  const zip = await yauzl.openPromise(file.diskPath, { lazyEntries: true, decodeStrings: false, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
      if (budget.enter(file.path)) throw new LimitMet();
      if (name.endsWith('/')) continue;
      const safe = memberPath(name);
      if ('unsafe' in safe) {
        yield refuse(file.path, name, 'archive-path-unsafe', `The member is refused: ${safe.unsafe}.`, packAgain);
        continue;
      }
      const path = `${file.path}!/${safe.path}`;
      const type = (entry.externalFileAttributes >>> 16) & 0o170000;
      if (type !== 0 && type !== 0o100000) {
        yield refuse(file.path, name, 'archive-link', 'The member is a link or device, not a file.', packAgain);
        continue;
      }
      if (entry.isEncrypted()) {
        yield refuse(file.path, name, 'archive-encrypted', 'The member is encrypted.', 'Unpack it with its password.');
        continue;
      }
      const tooMuch = budget.foresee(entry.uncompressedSize, path);
      if (tooMuch) {
        yield { path, refused: tooMuch };
        continue;
      }
      try {
        const diskPath = await spool.write(await zip.openReadStreamPromise(entry), counter(budget, path));
        yield { path, diskPath };
      } catch (error) {
        if (error instanceof LimitMet) throw error;
        yield { path, refused: damagedMember(path, error) };
      }
    }
  } finally {
    zip.close();
  }
}

function damagedMember(path: string, error: unknown): Issue {
  return issue('error', 'archive-member-damaged', `The member cannot be unpacked: ${reason(error)}.`, {
    place: path,
    remedy: 'Pack or copy the archive again.',
  });
}

async function* unpackTar(
  file: InputFile,
  packed: boolean,
  spool: Spool,
  budget: UnpackBudget,
): AsyncGenerator<Member> {
  const tar = extract();
  const source = createReadStream(file.diskPath, { highWaterMark: 1 << 18 });
  const streams: Readable[] = [source];
  // An error upstream must reach the reader of members, or it would wait for ever.
  source.on('error', (error) => tar.destroy(error));
  if (packed) {
    const gunzip = createGunzip({ chunkSize: 1 << 18 });
    source.on('error', (error) => gunzip.destroy(error));
    gunzip.on('error', (error) => tar.destroy(error));
    streams.push(source.pipe(gunzip));
  }
  streams.at(-1)!.pipe(tar);
  try {
    for await (const member of tar) {
      const { name, type, size } = member.header;
      if (budget.enter(file.path)) throw new LimitMet();
      if (type === 'directory') {
        member.resume();
        continue;
      }
      const safe = memberPath(name);
      const path = 'path' in safe ? `${file.path}!/${safe.path}` : file.path;
      if ('unsafe' in safe) {
        yield refuse(file.path, name, 'archive-path-unsafe', `The member is refused: ${safe.unsafe}.`, packAgain);
      } else if (type !== 'file' && type !== 'contiguous-file') {
        yield refuse(file.path, name, 'archive-link', `The member is a ${type ?? 'special file'}.`, packAgain);
      } else {
        if (budget.foresee(size ?? 0, path)) {
          budget.take(size ?? 0, path);
          throw new LimitMet();
        }
        yield { path, diskPath: await spool.write(member as unknown as Readable, counter(budget, path)) };
        continue;
      }
      await drain(member as unknown as Readable, counter(budget, file.path));
    }
  } finally {
    for (const stream of streams) stream.destroy();
    tar.destroy();
  }
}

async function drain(stream: Readable, count: (bytes: number) => void): Promise<void> {
  for await (const piece of stream as AsyncIterable<Buffer>) count(piece.length);
}

async function* unpackGzip(file: InputFile, spool: Spool, budget: UnpackBudget): AsyncGenerator<Member> {
  const name = file.path.split(/[/]/).at(-1)!;
  const path = `${file.path}!/${/\.b?gz$/i.test(name) ? name.replace(/\.b?gz$/i, '') : `${name}.unpacked`}`;
  if (budget.enter(file.path)) throw new LimitMet();
  const source = createReadStream(file.diskPath, { highWaterMark: 1 << 18 });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield { path, diskPath: await spool.write(source.pipe(gunzip), counter(budget, path)) };
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
