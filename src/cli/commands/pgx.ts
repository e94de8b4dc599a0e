import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Access, Store } from '../../dossier/store.ts';
import { type PgxResult, pgxResult } from '../../genomics/pgxTable.ts';
import type { ImportReport } from '../../intake/importReport.ts';
import { keepPlan } from '../../plan/keepPlan.ts';
import { openStore } from '../../store/open.ts';
import type { Command, Terminal } from '../command.ts';
import { type Worked, writeOutputs } from '../outputs.ts';
import { type PgxInput, pgxInput } from '../pgxInput.ts';
import { writePgx } from '../pgxOutputs.ts';
import { sayPgx } from '../pgxSay.ts';
import { dataOf, importPaths, workUp } from '../pipeline.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { oneLine } from '../terminal.ts';
import { asOfDate, purposeOf } from './run.ts';

export const command: Command = {
  summary:
    'Reads one genome, with outside calls and a medication list if given, and prints star alleles, phenotypes and drug guidance.',
  usage:
    'idiograph pgx FILE [--sample NAME | --all-samples] [--outside FILE] [--medications FILE] [--out DIR [--card]] [--as-of DATE] [--data DIR] [--packs DIR] [--knowledge DIR] [--purpose PURPOSE] [--json]',
  options: {
    ...knowledgeOption,
    sample: { type: 'string' },
    'all-samples': { type: 'boolean' },
    outside: { type: 'string' },
    medications: { type: 'string' },
    out: { type: 'string' },
    card: { type: 'boolean' },
    'as-of': { type: 'string' },
    data: { type: 'string' },
    packs: { type: 'string' },
    purpose: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const text = (name: string) => options[name] as string | undefined;
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) {
      throw new IdiographError('usage', 'name one VCF file', { remedy: `usage: ${command.usage}` });
    }
    if (options.card === true && text('out') === undefined) {
      throw new IdiographError('usage', '--card needs --out DIR', { remedy: 'Say where the card goes.' });
    }
    const out = text('out') === undefined ? undefined : resolve(text('out')!);
    const allSamples = options['all-samples'] === true;
    const access = { purpose: purposeOf(text('purpose')), actor: terminal.actor };
    const asOf = asOfDate(text('as-of'), terminal.now());
    const folder = await mkdtemp(join(tmpdir(), 'idiograph-pgx-'));
    try {
      const input = await pgxInput(
        file,
        { sample: text('sample'), allSamples, outside: text('outside'), medications: text('medications') },
        folder,
      );
      const directory = text('data') ?? (out === undefined ? join(folder, 'data') : dataOf(out));
      if (out !== undefined) await mkdir(out, { recursive: true });
      const store = await openStore({ engine: 'sqlite', directory: resolve(directory) });
      try {
        return await workUpAll(store, input, terminal, {
          access,
          asOf,
          out,
          folder,
          allSamples,
          packsDirectory: text('packs'),
          knowledgeDirectory: knowledgeOf(options, terminal),
          card: options.card === true,
        });
      } finally {
        await store.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Medicines that come first: taken, planned, or unclear whether taken. */
const listed = new Set(['active-medication', 'planned-medication', 'unclear-medication']);

/** Trouble that stops the reading of a genome. */
const unread = new Set(['vcf-wrong-build', 'vcf-build-unknown']);

interface PgxRun {
  access: Access;
  asOf: string;
  out: string | undefined;
  folder: string;
  allSamples: boolean;
  packsDirectory: string | undefined;
  knowledgeDirectory: string | undefined;
  card: boolean;
}

async function workUpAll(store: Store, input: PgxInput, terminal: Terminal, run: PgxRun): Promise<number> {
  const paths = [input.genome, input.index, input.outside, input.medications].filter((path) => path !== undefined);
  if (!run.allSamples) paths.push(await declaration(input, run.folder));
  const imported = await importPaths(store, paths, terminal, {
    asOnePatient: false,
    ownFolders: run.out === undefined ? [] : [run.out],
    wanted: { samples: run.allSamples ? 'all' : input.samples },
  });
  const trouble = troubleOf(imported, input);
  for (const one of trouble)
    terminal.warn(oneLine(`${one.severity}: ${one.message}${one.remedy ? ` ${one.remedy}` : ''}`));
  const reader = store.reading(run.access);
  const worked: Worked[] = [];
  const results: PgxResult[] = [];
  const taken = new Set<string>();
  for (const { subject } of imported.subjects) {
    const before = await reader.dossier(subject);
    const sample = before.sources.find(({ modality }) => modality === 'genome')?.locator['sample'];
    if (sample === undefined || !input.samples.includes(sample)) continue;
    const report = await workUp(store, subject, terminal, {
      access: run.access,
      packsDirectory: run.packsDirectory,
      knowledgeDirectory: run.knowledgeDirectory,
      workers: run.allSamples ? 0 : undefined,
    });
    if (report.interrupted) throw new DOMException('interrupted', 'AbortError');
    const plan = await keepPlan(store, subject, run.asOf, run.access, terminal.now(), run.knowledgeDirectory);
    worked.push({ subject, plan, missing: [...report.missing.map((one) => one.issue), ...report.issues] });
    const dossier = await reader.dossier(subject);
    for (const { measure, site } of dossier.findings) if (listed.has(measure.code)) taken.add(site?.code ?? '');
    const result = pgxResult(dossier, run.knowledgeDirectory);
    const issues = [...trouble, ...(result.issues ?? [])];
    results.push(issues.length > 0 ? { ...result, issues } : result);
    if (run.allSamples) terminal.documentLine(results.at(-1));
  }
  const [first] = results;
  if (first === undefined) {
    terminal.warn('No genome of a person could be read: nothing was called.');
    if (!run.allSamples) terminal.document(nothing(input, imported, trouble));
    return 3;
  }
  if (run.out !== undefined) {
    const outputs = await writeOutputs(store, worked, run.out, { access: run.access, issues: trouble });
    await writePgx(store, worked, results, run.out, {
      access: run.access,
      card: run.card,
      asOf: run.asOf,
      knowledgeDirectory: run.knowledgeDirectory,
    });
    terminal.say(`report: ${outputs.report}`);
  }
  if (!run.allSamples) {
    if (!terminal.json) sayPgx(first, taken, terminal);
    terminal.document(first);
  }
  const failed = [...trouble, ...results.flatMap(({ issues = [] }) => issues.filter(({ code }) => unread.has(code)))];
  return failed.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** One patient.json for the import: whoever names the files together vouches that they are of one person. */
async function declaration({ samples, genome }: PgxInput, folder: string): Promise<string> {
  const path = join(folder, 'patient.json');
  const id = samples[0] ?? basename(genome);
  await writeFile(path, JSON.stringify({ id, label: id }));
  return path;
}

/** Files that were named on the command line and did not give what they were named for. */
function troubleOf(imported: ImportReport, input: PgxInput): Issue[] {
  const reportOf = (path: string | undefined) =>
    path === undefined ? undefined : imported.files.find((one) => basename(one.path) === basename(path));
  const notRead = (what: string, path: string | undefined, unfit: ReadonlySet<string>): Issue[] => {
    const report = reportOf(path);
    if (path === undefined || (report && 'format' in report && !unfit.has(report.format))) return [];
    const why = report && 'refused' in report ? report.refused : undefined;
    if (why) return [why];
    const remedy = `See docs/methods for the forms of ${what} that are read.`;
    return [issue('error', 'file-not-understood', `${basename(path)} was not understood as ${what}.`, { remedy })];
  };
  const unfitCalls = new Set(['table', 'vcf', 'medications', 'answers', 'pgs', 'maf', 'trial']);
  const unfitList = new Set(['table', 'vcf', 'answers', 'pgs', 'maf', 'trial']);
  const genome = reportOf(input.genome);
  return [
    ...(genome && 'refused' in genome ? [genome.refused] : []),
    ...(genome && 'ignored' in genome ? [genome.ignored] : []),
    ...notRead('outside calls', input.outside, unfitCalls),
    ...notRead('a medication list', input.medications, unfitList),
  ];
}

/** The same shape without a call, so that scripts need no second reader. */
function nothing(input: PgxInput, imported: ImportReport, trouble: readonly Issue[]): PgxResult {
  const issues = [...trouble, ...imported.issues];
  return { sample: input.samples[0] ?? null, build: null, genes: {}, drugs: [], issues };
}
