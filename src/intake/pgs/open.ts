import { open } from 'node:fs/promises';
import { IdiographError } from '../../dossier/errors.ts';
import type { TableHandle } from '../../dossier/image.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, defaultLimits } from '../format.ts';
import { type Bytes, TextTrouble, textLines } from './textLines.ts';

/**
 * The rows of a tab-separated file whose first line without `#` names the columns (scoring files, MAF). Each row has the
 * cell of each column and `line`, its number in the file. What lies behind a cut is left out: the import has named it.
 */
export async function openTabText(source: Source, blobs: BlobAccess): Promise<TableHandle> {
  let columns: string[] | undefined;
  for await (const row of rowsOf(source, blobs)) {
    columns = row.columns;
    break;
  }
  if (columns === undefined) {
    throw new IdiographError('unsupported', `${source.path} names no columns`, { source: source.id });
  }
  return {
    id: source.id,
    columns,
    async *rows() {
      for await (const { columns: names, cells, line } of rowsOf(source, blobs)) {
        if (cells === undefined) continue;
        const row: Record<string, string> = { line: String(line) };
        for (const [index, name] of names.entries()) row[name] = cells[index] ?? '';
        yield row;
      }
    },
  };
}

/** First the columns alone, then each row. */
async function* rowsOf(
  source: Source,
  blobs: BlobAccess,
): AsyncGenerator<{ columns: string[]; cells?: string[]; line: number }> {
  const { bytes, done } = await bytesOf(source, blobs);
  let columns: string[] | undefined;
  let line = 0;
  try {
    for await (const lines of textLines(bytes, defaultLimits)) {
      for (const text of lines) {
        line += 1;
        if (text.trim() === '' || (columns === undefined && text.startsWith('#'))) continue;
        if (columns === undefined) {
          columns = text.replace(/^\ufeff/, '').split('\t');
          yield { columns, line };
        } else yield { columns, cells: text.split('\t'), line };
      }
    }
  } catch (error) {
    if (!(error instanceof TextTrouble)) throw error;
  } finally {
    await done();
  }
}

async function bytesOf(source: Source, blobs: BlobAccess): Promise<{ bytes: Bytes; done(): Promise<void> }> {
  if (!blobs.file) {
    const all = await blobs.bytes(source.blob);
    const read = async (start: number, end: number) => all.subarray(start, end);
    return { bytes: { bytes: all.length, read }, done: async () => undefined };
  }
  const file = await open(await blobs.file(source.blob), 'r');
  const { size } = await file.stat();
  const read = async (start: number, end: number) => {
    const buffer = Buffer.alloc(end - start);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  };
  return { bytes: { bytes: size, read }, done: () => file.close() };
}
