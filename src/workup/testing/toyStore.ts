import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentId } from '../../dossier/canonical.ts';
import type { Fact } from '../../dossier/fact.ts';
import type { Access, Store } from '../../dossier/store.ts';
import { openStore } from '../../store/open.ts';
import type { WorkupOptions } from '../session.ts';

export const access: Access = { purpose: 'demonstration', actor: 'test' };

/** One subject in a store of its own, and what a work-up of the toy room needs. */
export interface ToyStore {
  store: Store;
  subject: string;
  directory: string;
  options: WorkupOptions;
  /** A dose, or something that behaves badly, on a day. */
  addFact(code: 'dose' | 'bad' | 'slow' | 'stuck' | 'huge', value: number, at: string): Promise<Fact>;
  /** The same facts read anew by a corrected source: the old ones step back. */
  correct(value: number, at: string): Promise<void>;
  /** A knowledge folder in which the factor of the toy scores is another. */
  knowledge(factor: number, version: string): string;
  remove(): Promise<void>;
}

export async function openToyStore(): Promise<ToyStore> {
  const directory = mkdtempSync(join(tmpdir(), 'workup-'));
  const store = await openStore({ engine: 'sqlite', directory: join(directory, 'data') });
  const subject = await store.nextSubjectId();
  let milliseconds = Date.parse('2026-01-01T00:00:00.000Z');
  const clock = () => {
    milliseconds += 1000;
    return new Date(milliseconds).toISOString();
  };
  const knowledge = (factor: number, version: string) => {
    const folder = join(directory, `knowledge-${version}`);
    mkdirSync(join(folder, 'toy'), { recursive: true });
    const sources = [{ title: 'test', reference: 'none', licence: 'CC0-1.0' }];
    const header = { id: 'toy-factor', title: 'Factor', version, date: '2026-01-01', licence: 'CC0-1.0', sources };
    writeFileSync(join(folder, 'toy', 'factor.json'), JSON.stringify({ ...header, factor }));
    return folder;
  };
  const addSource = async (text: string, supersedes?: string) => {
    const { sha256: blob } = await store.putBlob(subject, Buffer.from(text), 'text/csv');
    const id = contentId('src', { subject, blob, locator: {} });
    const common = { subject, import: 'import-1', metadata: {}, locator: {}, issues: [] };
    await store.write([
      {
        kind: 'source',
        id,
        blob,
        format: 'table',
        path: `${text}.csv`,
        modality: 'table',
        ...common,
        ...(supersedes && { supersedes }),
      },
    ]);
    return id;
  };
  const addTo = async (source: string, code: string, value: number, at: string) => {
    const content: Omit<Fact, 'id'> = {
      kind: 'fact',
      subject,
      source,
      place: 'line 1',
      type: 'observation',
      code: { system: 'toy', code, display: code },
      value: { type: 'quantity', value, unit: 'mg' },
      at,
      status: 'active',
      isEvent: false,
      issues: [],
    };
    const fact: Fact = { ...content, id: contentId('fact', content) };
    await store.write([fact]);
    return fact;
  };
  await store.write([
    { kind: 'subject', id: subject, type: 'patient', label: 'toy', composite: false, synthetic: true },
    { kind: 'import', id: 'import-1', subject, at: '2025-12-31T00:00:00Z', origin: 'test', files: 1, issues: [] },
  ]);
  let source = await addSource('first');
  return {
    store,
    subject,
    directory,
    knowledge,
    options: {
      access,
      clock,
      registry: new URL('./toyRoom.ts', import.meta.url).href,
      knowledgeDirectory: knowledge(2, '1.0.0'),
      workers: 0,
      graceMs: 200,
    },
    addFact: (code, value, at) => addTo(source, code, value, at),
    async correct(value, at) {
      source = await addSource('corrected', source);
      await addTo(source, 'dose', value, at);
    },
    async remove() {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
}
