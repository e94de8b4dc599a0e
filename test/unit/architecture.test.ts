import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageSources } from '../../scripts/buildPage.js';

const root = join(import.meta.dirname, '..', '..');
const source = join(root, 'src');

/** The third column of the table in ARCHITECTURE.md. Shells import everything. */
const mayImport: Record<string, string[]> = {
  dossier: [],
  intake: ['dossier', 'voxels', 'knowledge'],
  store: ['dossier'],
  join: ['dossier', 'store', 'intake'],
  knowledge: ['dossier'],
  packs: ['dossier', 'knowledge'],
  voxels: ['dossier'],
  display: ['dossier', 'voxels'],
  kinetics: ['dossier'],
  annotation: ['dossier', 'voxels', 'intake/nifti'],
  norms: ['dossier', 'kinetics', 'knowledge', 'packs'],
  brain: ['dossier', 'voxels', 'kinetics', 'knowledge', 'packs', 'intake/nifti'],
  imaging: ['dossier', 'voxels', 'kinetics', 'knowledge', 'packs', 'intake/nifti'],
  genomics: ['dossier', 'knowledge', 'packs', 'intake/vcf', 'intake/pgs', 'intake/outsideCalls'],
  // How questionnaires, item banks and diaries are read: what several rooms of analysis need of them, and no score.
  forms: ['dossier', 'knowledge'],
  psychosocial: ['dossier', 'knowledge', 'forms'],
  clinical: ['dossier', 'knowledge'],
  pain: ['dossier', 'knowledge', 'forms'],
  nof1: ['dossier', 'knowledge', 'kinetics', 'forms'],
  workup: [
    'dossier',
    'knowledge',
    'packs',
    'intake',
    'store',
    'annotation',
    'brain',
    'norms',
    'imaging',
    'genomics',
    'psychosocial',
    'clinical',
    'pain',
    'nof1',
  ],
  plan: ['dossier', 'knowledge', 'forms'],
  review: ['dossier', 'knowledge', 'plan'],
  report: ['dossier', 'plan', 'knowledge'],
  privacy: ['dossier'],
  exchange: ['dossier'],
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);

describe('rooms import only what the architecture allows', () => {
  it.each(Object.keys(mayImport))('%s', (room) => {
    const wrong: string[] = [];
    for (const file of files.filter((name) => name.split(sep)[0] === room)) {
      const text = readFileSync(join(source, file), 'utf8');
      for (const [, target] of text.matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)) {
        if (target === undefined) continue;
        const path = relative(source, join(source, dirname(file), target))
          .split(sep)
          .join('/');
        const allowed = [room, ...mayImport[room]].some((one) => path === one || path.startsWith(`${one}/`));
        if (!allowed) wrong.push(`${file} imports ${path}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it('the page takes code from no other place than those whose change builds it anew', () => {
  const page = join(root, 'web', 'src');
  const wrong: string[] = [];
  for (const file of readdirSync(page, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file)) continue;
    const text = readFileSync(join(page, file), 'utf8');
    for (const [, target] of text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)';/gm)) {
      const path = relative(root, join(page, dirname(file), target))
        .split(sep)
        .join('/');
      if (!pageSources.some((one) => path === one || path.startsWith(`${one}/`))) wrong.push(`${file}: ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});
