import { defaultLimits, type InputFile } from '../format.ts';
import { inputFile } from '../inputFile.ts';
import { folderOf } from '../testing.ts';
import { niftiFormat } from './format.ts';

/** Files of one folder through sniff, read and assemble, as the import does it. */
export async function importNifti(files: Record<string, Uint8Array | string>) {
  const folder = folderOf(files);
  const pieces: Parameters<typeof niftiFormat.assemble>[0] = [];
  const refused: Record<string, string> = {};
  const issues: string[] = [];
  for (const path of Object.keys(files).sort()) {
    const file: InputFile = inputFile(`${folder}/${path}`, path);
    if (!niftiFormat.sniff(file.head, file)) {
      refused[path] = 'not recognised';
      continue;
    }
    const read = await niftiFormat.read(file, defaultLimits);
    if ('refused' in read) refused[path] = read.refused.code;
    else {
      pieces.push({ path, piece: read.piece });
      issues.push(...read.issues.map(({ code }) => code));
    }
  }
  const assembled = niftiFormat.assemble(pieces);
  return {
    drafts: assembled.drafts,
    refused,
    /** Codes of all issues: of reading, of the drafts, of files left over. */
    issues: [
      ...issues,
      ...assembled.drafts.flatMap(({ source }) => source.issues.map(({ code }) => code)),
      ...assembled.issues.map(({ code }) => code),
    ],
  };
}
