import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/cli/catalogue.ts';
import type { Analysis, RunContext } from '../../src/dossier/analysis.ts';
import type { FindingDraft } from '../../src/dossier/finding.ts';
import { testDossier } from '../../src/plan/testFindings.ts';
import { defaultRegistry, loadRegistry } from '../../src/workup/registry.ts';

const root = join(import.meta.dirname, '..', '..');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('documents', () => {
  it.each(pages)('%s: links to files lead somewhere', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const broken = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1])
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target)));
    expect(broken).toEqual([]);
  });

  it.each(pages)('%s: files and folders that it names are there', (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const named = text.matchAll(
      /`((?:src|docs|knowledge|conformance|test|web|scripts|examples|bench|bin)\/[\w./-]+)`/g,
    );
    const absent = [...named]
      .map(([, path]) => path!)
      // The reader of the tour writes this one.
      .filter((path) => path !== 'src/clinical/drugCount.ts')
      .filter((path) => ![path, `${path}.ts`].some((one) => existsSync(join(root, one))));
    expect(absent).toEqual([]);
  });

  it.each(pages)('%s: each command line that it shows is one that exists', async (page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const commands = Object.keys(catalogue).join('|');
    for (const [, line] of text.matchAll(
      new RegExp(`(?:^|\`|\\s)(?:npx )?idiograph ((?:${commands})\\b[^\`\\n|]*)`, 'gm'),
    )) {
      const [name, ...args] = line
        .trim()
        .replace(/[.,;:].*$/, '')
        .split(/\s+/);
      const { command } = await catalogue[name].load();
      const options = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.replace(/[^a-z-].*$/, ''));
      for (const option of options) {
        const known = { ...command.options, json: { type: 'boolean' as const }, help: { type: 'boolean' as const } };
        expect(Object.keys(known), `${page}: idiograph ${line}`).toContain(option.slice(2));
      }
      expect(() => parseArgs({ args: [], options: command.options, allowPositionals: true })).not.toThrow();
    }
  });

  it('each analysis has a method page', async () => {
    for (const { id, method } of await loadRegistry(defaultRegistry))
      expect(existsSync(join(root, 'docs', 'methods', method)), `${id}: docs/methods/${method}`).toBe(true);
  });

  it('the analysis of the tour is one, and runs', async () => {
    const tour = readFileSync(join(root, 'docs', 'tour.md'), 'utf8');
    const code = /```ts\n([\s\S]*?)```/.exec(tour)![1].replaceAll("'../dossier/", `'${join(root, 'src', 'dossier')}/`);
    const folder = mkdtempSync(join(tmpdir(), 'idiograph-tour-'));
    try {
      writeFileSync(join(folder, 'drugCount.ts'), code);
      const { drugCount } = (await import(join(folder, 'drugCount.ts'))) as { drugCount: Analysis };
      const drug = {
        kind: 'fact',
        id: 'fact-1',
        subject: 's1',
        source: 'src-1',
        place: 'line 1',
        type: 'medication',
        code: { system: 'test', code: 'a', display: 'a' },
        status: 'active',
        isEvent: false,
        issues: [],
      } as const;
      const dossier = testDossier([], { facts: [{ ...drug, issues: [] }] });
      const { selections } = drugCount.select(dossier);
      const found: FindingDraft[] = [];
      await drugCount.run(selections[0].inputs, {}, {
        emit: { finding: (one: FindingDraft) => found.push(one) },
      } as unknown as RunContext);
      expect(found).toMatchObject([{ value: { value: 1 }, derivedFrom: ['fact-1'] }]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
