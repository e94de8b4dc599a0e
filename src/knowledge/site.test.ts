import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadKnowledge } from './load.ts';
import { siteKnowledge } from './site.ts';

const root = mkdtempSync(join(tmpdir(), 'idiograph-site-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function folder(name: string, files: Record<string, unknown>): string {
  const directory = join(root, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), JSON.stringify(content));
  }
  return directory;
}

const site = 'genomics/guidance/site.json';
const own = { ...(loadKnowledge(site).data as object), version: '2.0.0' };

describe('knowledge of a site', () => {
  it('goes before what ships, and what it does not hold is taken from there', () => {
    const { directory, files } = siteKnowledge(folder('good', { [site]: own }));
    expect(files.map(({ path, header }) => [path, header.version])).toEqual([[site, '2.0.0']]);
    expect(loadKnowledge(site, directory).sha256).not.toBe(loadKnowledge(site).sha256);
    expect(loadKnowledge('genomics/phenotype.json', directory)).toBe(loadKnowledge('genomics/phenotype.json'));
  });

  it.each([
    'plan/site-texts.json',
    'psychosocial/phq-9.json',
  ])('replaces %s: who must act, and how a form counts', (path) => {
    const file = { ...(loadKnowledge(path).data as object), version: '9.0.0' };
    const { directory, files } = siteKnowledge(folder(path.replace('/', '-'), { [path]: file }));
    expect(files.map(({ header }) => header.version)).toEqual(['9.0.0']);
    expect(loadKnowledge(path, directory).header.version).toBe('9.0.0');
  });

  it('leaves official forms to whoever shows them', () => {
    const { files } = siteKnowledge(
      folder('forms', { [site]: own, 'forms/phq9.json': { resourceType: 'Questionnaire' } }),
    );
    expect(files.map(({ path }) => path)).toEqual([site]);
  });

  it('is refused when a file does not say what it is', () => {
    const broken = folder('broken', { [site]: { ...own, licence: undefined } });
    expect(() => siteKnowledge(broken)).toThrow(/site\.json.*licence/s);
  });

  it('is refused when nothing would read a file, or there is no folder', () => {
    expect(() => siteKnowledge(folder('misspelt', { 'genomics/guidence/site.json': own }))).toThrow(/nothing reads/);
    expect(() => siteKnowledge(folder('elsewhere', { 'report/class-scales.json': own }))).toThrow(/nothing reads/);
    expect(() => siteKnowledge(join(root, 'absent'))).toThrow(/not a folder/);
  });

  it('a broken file behind a good name does not fall back in silence', () => {
    const directory = folder('halved', {});
    mkdirSync(join(directory, 'genomics'), { recursive: true });
    writeFileSync(join(directory, 'genomics/phenotype.json'), '{');
    expect(() => loadKnowledge('genomics/phenotype.json', directory)).toThrow(/not JSON/);
  });
});
