import { describe, expect, it } from 'vitest';
import type { Analysis, InstalledPack, RunContext } from '../dossier/analysis.ts';
import type { ArtifactDraft } from '../dossier/artifact.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { perform } from './context.ts';
import { type Surroundings, surroundingsAt } from './surroundings.ts';
import { dossierForRun } from './view.ts';

const dossier = dossierOf();
const pack: InstalledPack = {
  manifest: {
    id: 'toy-pack',
    version: '1',
    title: 'Toy',
    licence: { spdx: 'CC0-1.0', attribution: 'none' },
    origin: 'here',
    files: [],
  },
  read: async () => new Uint8Array([7]),
};
const surroundings: Surroundings = { ...surroundingsAt({}), installedPack: async () => pack };

const finding: FindingDraft = {
  measure: measure('toy', 'Toy'),
  value: { type: 'quantity', value: 1, unit: '1' },
  issues: [],
  derivedFrom: ['fact-1'],
};
const artifact: ArtifactDraft = {
  ...{ type: 'table', role: 'toy-table', title: 'Table', mediaType: 'text/csv', fileName: 'table.csv' },
  issues: [],
  derivedFrom: ['fact-1'],
  bytes: new Uint8Array(3),
} as const;

function attempt(run: (context: RunContext) => Promise<void>, more: Partial<Analysis> = {}, signal?: AbortSignal) {
  const analysis: Analysis = {
    ...{
      id: 'toy.one',
      version: '1.0.0',
      title: 'Toy',
      makes: ['toy', 'toy-table'],
      takes: [],
      knowledge: [],
      packs: [],
      method: 'x.md',
    },
    peakMemoryMb: () => 1,
    select: () => ({ selections: [], missing: [] }),
    run: (_inputs, _options, context) => run(context),
    ...more,
  };
  const stop = signal ?? new AbortController().signal;
  const line = { signal: stop, stopped: () => stop.aborted, progress: () => {} };
  const task = { run: 'run-1', analysis, inputs: { facts: ['fact-1'] }, options: {}, dossier };
  return perform(task, surroundings, { bytes: async () => new Uint8Array() }, line);
}

describe('perform', () => {
  it('collects what a run emits, and lets findings rest on its artifacts and findings', async () => {
    const drafts = await attempt(async ({ emit }) => {
      const table = emit.artifact(artifact);
      emit.finding({ ...finding, derivedFrom: ['fact-1', table], value: { type: 'series', artifact: table } });
    });
    expect(drafts.artifacts).toHaveLength(1);
    expect(drafts.findings).toHaveLength(1);
  });

  const misuses: [string, RegExp, (context: RunContext) => Promise<void>][] = [
    [
      'undeclared knowledge',
      /reads knowledge a\/b\.json without declaring it/,
      async (c) => void c.knowledge('a/b.json'),
    ],
    ['an undeclared pack', /reads the pack atlas without declaring it/, async (c) => void c.pack('atlas')],
    ['an image that is no input', /opens src-9, which is no image/, async (c) => void (await c.openImage('src-9'))],
    [
      'a region that is no input',
      /opens region-9, which is no region/,
      async (c) => void (await c.openRegion('region-9')),
    ],
    [
      'a value that is no number',
      /invalid finding: value\.value/,
      async ({ emit }) => emit.finding({ ...finding, value: { type: 'quantity', value: Number.NaN, unit: '1' } }),
    ],
    [
      'a finding that rests on nothing',
      /derived from nothing/,
      async ({ emit }) => emit.finding({ ...finding, derivedFrom: [] }),
    ],
    [
      'a finding that rests on what it was not given',
      /from fact-2, which it was not given/,
      async ({ emit }) => emit.finding({ ...finding, derivedFrom: ['fact-2'] }),
    ],
    [
      'evidence in what it was not given',
      /from fact-2, which it was not given/,
      async ({ emit }) => emit.finding({ ...finding, evidence: [{ of: 'fact-2', place: 'line 1' }] }),
    ],
    [
      'a finding that it does not say it makes',
      /emits other, which is not in its list/,
      async ({ emit }) => emit.finding({ ...finding, measure: measure('other', 'Other') }),
    ],
    [
      'an artifact that it does not say it makes',
      /emits other, which is not in its list/,
      async ({ emit }) => void emit.artifact({ ...artifact, role: 'other' }),
    ],
    [
      'two findings of one slot',
      /two findings of one slot: s1\|toy/,
      async ({ emit }) => {
        emit.finding(finding);
        emit.finding({ ...finding, value: { type: 'quantity', value: 2, unit: '1' } });
      },
    ],
    [
      'two artifacts of one name',
      /two artifacts toy-table of one name/,
      async ({ emit }) => {
        emit.artifact(artifact);
        emit.artifact(artifact);
      },
    ],
  ];
  for (const [what, message, run] of misuses) {
    it(`refuses ${what}`, async () => {
      const promise = attempt(run);
      await expect(promise).rejects.toMatchObject({ code: 'usage' });
      await expect(promise).rejects.toThrow(message);
    });
  }

  it('offers declared knowledge, which nobody can change, and declared packs', async () => {
    await attempt(
      async (context) => {
        const known = context.knowledge<{ title: string }>('psychosocial/phq-9.json');
        expect(known.title.length).toBeGreaterThan(0);
        expect(() => {
          known.title = 'other';
        }).toThrow(TypeError);
        expect(await context.pack('toy-pack')?.read('x')).toEqual(new Uint8Array([7]));
      },
      { knowledge: ['psychosocial/phq-9.json'], packs: ['toy-pack'] },
    );
  });

  it('stops at the next progress when it should', async () => {
    const controller = new AbortController();
    let passed = 0;
    const promise = attempt(
      async ({ progress }) => {
        for (; passed < 10; passed++) {
          if (passed === 3) controller.abort();
          progress(passed / 10);
        }
      },
      {},
      controller.signal,
    );
    await expect(promise).rejects.toMatchObject({ code: 'aborted' });
    expect(passed).toBe(3);
  });
});

describe('dossierForRun', () => {
  it('refuses inputs that are not there', () => {
    expect(() => dossierForRun(['fact-1'], dossier)).toThrow('inputs that are not in the dossier: fact-1');
  });
});
