/** A story told by the command line: a folder made by code, worked up, and what came out. Every folder is labelled synthetic. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { type ExampleFile, exampleDay, textFile } from '../../examples/patient.ts';
import type { Recommendation, SafetyCheck } from '../../src/dossier/recommendation.ts';
import { idiograph } from './cli.ts';

export interface Told {
  out: string;
  findings: {
    id: string;
    measure: { code: string };
    site?: { code: string };
    time?: string;
    value?: unknown;
    values?: unknown[];
  }[];
  lines: Recommendation[];
  checks: SafetyCheck[];
  report: string;
  /** What lines and checks say, without the titles of guidelines. */
  said: string;
}

/** Folders of one story; `end` takes them away. */
export function openStory(name: string) {
  const root = mkdtempSync(join(tmpdir(), `idiograph-story-${name}-`));
  return {
    root,
    end: () => rmSync(root, { recursive: true, force: true }),
    /** Writes the files of one telling, runs the whole path over them and reads what leaves. */
    async tell(twin: string, files: readonly ExampleFile[]): Promise<Told> {
      const folder = join(root, twin, 'in');
      for (const { path, bytes } of files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      const out = join(root, twin, 'out');
      const purpose = ['--purpose', 'demonstration'];
      const run = await idiograph('run', folder, '--out', out, '--as-of', exampleDay, ...purpose);
      expect(run.stderr).not.toMatch(/\bat .*\.ts:\d+/);
      expect(run.code, run.stderr).toBe(0);
      const json = (file: string) => JSON.parse(readFileSync(join(out, file), 'utf8'));
      const { recommendations, safetyChecks } = json('plan.json') as {
        recommendations: Recommendation[];
        safetyChecks: SafetyCheck[];
      };
      const said = JSON.stringify([recommendations.map(({ guidance: _, ...line }) => line), safetyChecks]);
      return {
        out,
        findings: json('findings.json').findings,
        lines: recommendations,
        checks: safetyChecks,
        report: readFileSync(join(out, 'report.html'), 'utf8'),
        said,
      };
    },
  };
}

/** The file that says whose data these are, and that nobody stands behind them. */
export function declaration(id: string, label: string, question: string): ExampleFile {
  return textFile('patient.json', `${JSON.stringify({ id, label, synthetic: true, question }, null, 1)}\n`);
}

/** The one line of a rule, about something where several are; fails when there is not exactly one. */
export function lineOf({ lines }: Told, rule: string, about?: string): Recommendation {
  const found = lines.filter((line) => line.rule.id === rule && (about === undefined || line.about === about));
  expect(
    found.map((line) => line.about),
    rule,
  ).toHaveLength(1);
  return found[0]!;
}

export function rulesOf({ lines }: Told): string[] {
  return lines.map(({ rule }) => rule.id);
}

export function checkOf({ checks }: Told, check: string): SafetyCheck | undefined {
  return checks.find((one) => one.check === check);
}
