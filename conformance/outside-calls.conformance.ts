import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '../src/dossier/fact.ts';
import { inOrder, outsideGenes } from '../src/genomics/outside.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { recognise } from '../src/intake/formats.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { outsideCallsFormat } from '../src/intake/outsideCalls/format.ts';
import { fileOf } from '../src/intake/vcf/testing.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const data = 'genomics';
const units = 'genomics/tests/pharmcat-unit/cases/cases.json';
const verdict = (name: string, good: boolean, note: string): Case => ({
  name,
  error: good ? 0 : 1,
  tolerance: 0,
  note,
});

async function imported(file: Parameters<typeof outsideCallsFormat.read>[0]) {
  const read = await outsideCallsFormat.read(file, defaultLimits);
  if ('refused' in read) throw new TypeError(read.refused.code);
  const { drafts, issues } = outsideCallsFormat.assemble([{ path: file.path, piece: read.piece }]);
  const facts = drafts.flatMap((draft) => draft.facts);
  return {
    facts: facts.map(
      (fact, i): Fact => ({ ...fact, kind: 'fact', id: `${file.path}-${i}`, subject: 's', source: file.path }),
    ),
    issues: [...read.issues, ...issues],
  };
}

const files: Conformance = {
  id: 'outside-calls-files',
  method: 'Files of outside calls: recognised by content, each line a fact or a named issue',
  oracle: 'example files of PharmCAT 3.1 and its GeT-RM tutorial (MPL-2.0)',
  errorIs: 'verdict',
  needs: [data],
  async run() {
    const root = sharedData(data)!;
    const paths = ['real-vcf/getrm-1000g-pgx', 'real-vcf/misc', 'pharmcat-examples'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => /outside_?call/i.test(name))
        .map((name) => join(folder, name)),
    );
    const cases: Case[] = [];
    for (const path of paths) {
      const file = inputFile(join(root, path), path);
      const lines = readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => /^[^#\s]/.test(line));
      const known = recognise(file)?.id === 'outside-calls';
      const { facts, issues } = await imported(file);
      const told = new Set([...facts.map(({ place }) => place), ...issues.map(({ place }) => place)]);
      const note = `${lines.length} lines, ${facts.length} facts, ${issues.map(({ code }) => code).join(' ') || 'no issues'}`;
      cases.push(verdict(path, known && told.size === lines.length, note));
    }
    return cases;
  },
};

interface UnitCase {
  id: string;
  outsideCalls?: (string | { expr: string })[];
  expect: [string, ...(string | number)[]][];
}

/** Text of a Java string or text block. */
function javaText(call: string | { expr: string }): string {
  if (typeof call === 'string') return call;
  const text = call.expr
    .replaceAll('"""', '')
    .replace(/"\s*\+\s*"/g, '')
    .replace(/^"|"$/g, '');
  const lines = text.replaceAll('\\t', '\t').replaceAll('\\n', '\n').split('\n');
  return lines.map((line) => line.trimStart()).join('\n');
}

const diplotypes: Conformance = {
  id: 'outside-calls-diplotypes',
  method: 'Diplotypes taken from outside calls, over one or several files',
  oracle: "assertions of PharmCAT's own pipeline tests (MPL-2.0)",
  errorIs: 'verdict',
  needs: [units],
  async run() {
    const all = JSON.parse(readFileSync(sharedData(units)!, 'utf8')) as UnitCase[];
    const cases: Case[] = [];
    for (const { id, outsideCalls, expect } of all) {
      const texts = (outsideCalls ?? []).map(javaText).filter((text) => /\t/.test(text));
      const facts = (await Promise.all(texts.map((text, i) => imported(fileOf(text, `${id}-${i}`))))).flatMap(
        (one) => one.facts,
      );
      const genes = outsideGenes(facts);
      for (const [what, gene, ...names] of expect) {
        const outside = genes.get(String(gene));
        if (what !== 'testPrintCpicCalls' || outside === undefined || outside.diplotypes.length === 0) continue;
        const expected = names.map((name) => inOrder(outside.gene, String(name))).sort();
        cases.push(
          verdict(
            `${id} ${gene}`,
            [...outside.diplotypes].sort().join() === expected.join(),
            `${outside.diplotypes} / ${expected}`,
          ),
        );
      }
    }
    return cases;
  },
};

export default [files, diplotypes];
