import { expect, it } from 'vitest';
import type { Entry } from '../dossier/entry.ts';
import type { Reader } from '../dossier/store.ts';
import { dossierOf } from '../dossier/testing.ts';
import { reportDocument } from './html/document.ts';
import { readKeyImages } from './keyImages.ts';
import { reportModel } from './model.ts';
import { testReportInput } from './testModel.ts';

const stated = (id: string, more: Partial<Entry>): Entry => ({
  kind: 'entry',
  id,
  subject: 's1',
  type: 'comment',
  author: 'dr-one',
  role: 'clinician',
  at: '2026-11-20T10:00:00Z',
  targets: ['src-1'],
  ...more,
});
const picture = (hash: string) => ({ kind: 'key-image', image: 'src-1', picture: hash.repeat(64), view: {} });
const entries = [
  stated('later', { text: 'Second <b>look</b>', at: '2026-11-21T10:00:00Z', content: picture('b') }),
  stated('first', { text: 'Lesion on the left', content: picture('a') }),
  stated('taken-back', { content: picture('c') }),
  stated('why', { type: 'correction', targets: ['taken-back'] }),
  stated('plain', { text: 'a remark' }),
];
const reader = {
  blob: async (_: string, hash: string) => new TextEncoder().encode(hash.slice(0, 2)),
} as unknown as Reader;

it('reads what was chosen and not taken back, oldest first', async () => {
  const images = await readKeyImages(reader, dossierOf({ entries }));
  expect(images.map(({ entry }) => entry.id)).toEqual(['first', 'later']);
  expect(new TextDecoder().decode(images[0]!.png)).toBe('aa');
});

it('prints them with the words and name of the reader, escaped', async () => {
  const keyImages = await readKeyImages(reader, dossierOf({ entries }));
  const page = reportDocument(reportModel({ ...testReportInput(), keyImages }));
  expect(page).toContain('Key images');
  expect(page).toContain('Lesion on the left');
  expect(page).toContain('Chosen by dr-one (clinician), 2026-11-20');
  expect(page).not.toContain('<b>look</b>');
  expect(reportDocument(reportModel(testReportInput()))).not.toContain('Key images');
});
