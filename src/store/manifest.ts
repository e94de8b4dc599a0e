import { IdiographError } from '../dossier/errors.ts';
import { Manifest } from '../dossier/source.ts';
import type { Reader } from '../dossier/store.ts';

/** Manifests are canonical JSON, so they all begin alike. */
const start = Buffer.from('{"manifest":1,"members":[');
/** Half a million members; a larger blob that begins like one is no manifest of ours. */
const mostBytes = 64 << 20;

/** The manifest that these bytes are, or undefined when they are something else. Throws `integrity` for a broken one. */
export function manifestIn(bytes: Uint8Array): Manifest | undefined {
  if (bytes.byteLength > mostBytes || !beginsAsManifest(bytes)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new IdiographError('integrity', 'a manifest is not whole', { cause });
  }
  const parsed = Manifest.safeParse(value);
  if (!parsed.success) throw new IdiographError('integrity', `a manifest is broken: ${parsed.error.message}`);
  return parsed.data;
}

export function beginsAsManifest(head: Uint8Array): boolean {
  return start.equals(head.subarray(0, start.byteLength));
}

/** The manifest behind a source's blob, without reading the whole of a blob that is none. */
export async function readManifest(reader: Reader, subject: string, sha256: string): Promise<Manifest | undefined> {
  const chunks = (await reader.blobStream(subject, sha256)).getReader();
  const { value } = await chunks.read();
  await chunks.cancel();
  if (!value || !beginsAsManifest(value)) return undefined;
  return manifestIn(await reader.blob(subject, sha256));
}
