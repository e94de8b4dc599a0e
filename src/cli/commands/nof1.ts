import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { IdiographError } from '../../dossier/errors.ts';
import type { Issue } from '../../dossier/issue.ts';
import { dayAfter, FrozenTrial, TrialPlan } from '../../dossier/trial.ts';
import { defaultLimits } from '../../intake/format.ts';
import { inputFile } from '../../intake/inputFile.ts';
import { parseGuarded } from '../../intake/json.ts';
import { readTable } from '../../intake/table/csv.ts';
import { trialRows } from '../../intake/trial/rows.ts';
import { lettersOfTable } from '../../intake/trial/tableLetters.ts';
import { analyseTrial, type TrialAnalysis } from '../../nof1/analyse.ts';
import { scheduleCsv, scheduleIcs, stretchesOf, stretchWords } from '../../nof1/calendar.ts';
import { checklistCsv, checklistsOf } from '../../nof1/checklist.ts';
import { brokenSeal, freezeTrial } from '../../nof1/freeze.ts';
import { powerInThread } from '../../nof1/powerThread.ts';
import { minimumP } from '../../nof1/randomisation.ts';
import { countSchedules } from '../../nof1/schedules.ts';
import { seriesFit } from '../../nof1/series.ts';
import { type DayAnswer, fromTable, onFrozenDays, type ReadTrial, stopDay } from '../../nof1/trialOfDays.ts';
import type { Command, Terminal } from '../command.ts';
import { type Given, givenOf } from '../given.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

const text = { type: 'string' } as const;

export const command: Command = {
  summary:
    'Single-patient trials: design with power by simulation, schedule, frozen plan; analysis of a table of days.',
  usage:
    'idiograph nof1 design --seed SEED --start DAY --treatment WORDS --comparison WORDS [options] [--json]\n' +
    '       idiograph nof1 analyse FILE.csv [--plan FILE.json] [options] [--json]\n\n' +
    'Design: --design pairs|phases|baselines; pairs: --cycles 4 --period-days 7 --washout-days 0; phases: --order ABAB --days 40 --minimum-days 7;\n' +
    'baselines: --tiers a,b,c --days 40 --first-start 7 --window-days 5. --lag-days 1, --measure pain, --better lower|higher, --range 0,10,\n' +
    '--worthwhile POINTS, --one-sided, --half-life DAYS, --blinding WORDS, --side-effect NAME --stop-at N --stop-days 2, --title WORDS.\n' +
    'Power: --effect POINTS --sd 1.5 --ar1 0.3 --carry-over 0 --missing 0.1 --runs 500 (0: none). Files: --csv, --ics, --checklist FILE; --blinded.\n' +
    '--json prints the frozen plan, which "analyse --plan" reads.\n' +
    'Analyse: one row a day with date (or day), treatment (A or 0 comparison, B or 1 treatment; or --treatment LABEL), value [, side_effect, id, tier].\n' +
    'Several ids are a series of trials. --measure COLUMN, --side-effect COLUMN, --better, --range, --worthwhile, --lag-days, --half-life, --one-sided, --seed, --checklist FILE.',
  options: {
    design: text,
    cycles: text,
    'period-days': text,
    'washout-days': text,
    order: text,
    days: text,
    'minimum-days': text,
    tiers: text,
    'first-start': text,
    'window-days': text,
    'lag-days': text,
    measure: text,
    better: text,
    range: text,
    worthwhile: text,
    'one-sided': { type: 'boolean' },
    'half-life': text,
    blinding: text,
    'side-effect': text,
    'stop-at': text,
    'stop-days': text,
    title: text,
    treatment: text,
    comparison: text,
    seed: text,
    start: text,
    effect: text,
    sd: text,
    ar1: text,
    'carry-over': text,
    missing: text,
    runs: text,
    csv: text,
    ics: text,
    checklist: text,
    blinded: { type: 'boolean' },
    plan: text,
  },
  async run({ positionals: [what, path, ...more], options }, terminal) {
    const given = givenOf(options);
    if (what === 'design' && path === undefined) return await design(given, terminal);
    if (what === 'analyse' && path !== undefined && more.length === 0) return await analyse(path, given, terminal);
    throw new IdiographError('usage', 'say "design", or "analyse" and one table', {
      remedy: `usage: ${command.usage}`,
    });
  },
};

function rangeGiven(given: Given): [number, number] | undefined {
  const said = given.text('range');
  if (said === undefined) return undefined;
  const numbers = said.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length !== 2 || !numbers.every(Number.isFinite) || numbers[0] >= numbers[1])
    throw new IdiographError('usage', `--range wants LOW,HIGH, not "${oneLine(said)}"`);
  return [numbers[0], numbers[1]];
}

/** Throws `usage` with the first thing that is wrong, in words. */
function planOf(raw: unknown): TrialPlan {
  const parsed = TrialPlan.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new IdiographError('usage', `${first.path.join('.') || 'plan'}: ${first.message}`, {
    remedy: '"idiograph nof1 --help" tells what belongs where.',
  });
}

function designOf(given: Given): unknown {
  const type = given.oneOf('design', ['pairs', 'phases', 'baselines'] as const) ?? 'pairs';
  if (type === 'pairs')
    return {
      type,
      cycles: given.number('cycles') ?? 4,
      periodDays: given.number('period-days') ?? 7,
      washoutDays: given.number('washout-days') ?? 0,
    };
  const days = given.number('days') ?? 40;
  if (type === 'phases')
    return { type, order: given.text('order') ?? 'ABAB', days, minimumDays: given.number('minimum-days') ?? 7 };
  const tiers = (given.text('tiers') ?? '').split(',').map((one) => one.trim());
  return {
    type,
    tiers,
    days,
    firstStart: given.number('first-start') ?? 7,
    windowDays: given.number('window-days') ?? 5,
  };
}

async function design(given: Given, terminal: Terminal): Promise<number> {
  const need = (name: string, why: string): string => {
    const said = given.text(name);
    if (said === undefined)
      throw new IdiographError('usage', `--${name} is missing: ${why}`, { remedy: `usage: ${command.usage}` });
    return said;
  };
  const sideEffect = given.text('side-effect');
  const plan = planOf({
    title:
      given.text('title') ??
      `${need('treatment', 'what is tried')} against ${need('comparison', 'what it is held against')}`,
    treatment: need('treatment', 'what is tried'),
    comparison: need('comparison', 'what it is held against'),
    seed: need('seed', 'every draw follows from it'),
    design: designOf(given),
    lagDays: given.number('lag-days') ?? 0,
    measure: given.text('measure') ?? 'pain',
    better: given.oneOf('better', ['lower', 'higher'] as const),
    range: rangeGiven(given),
    worthwhile: given.number('worthwhile'),
    alternative: given.flag('one-sided') ? 'treatment-better' : 'two-sided',
    carryOverHalfLifeDays: given.number('half-life'),
    blinding: given.text('blinding'),
    ...(sideEffect === undefined
      ? {}
      : { sideEffect: { measure: sideEffect, stopAt: given.number('stop-at'), days: given.number('stop-days') } }),
  });
  const frozen = freezeTrial(plan, need('start', 'the first day'), terminal.now());
  const runs = given.number('runs') ?? 500;
  if (!Number.isInteger(runs) || runs < 0 || runs > 100_000)
    throw new IdiographError('usage', '--runs wants a whole number from 0 to 100000');
  const effect = given.number('effect') ?? plan.worthwhile;
  const truth = {
    effect: (plan.better === 'lower' ? -1 : 1) * Math.abs(effect ?? 0),
    deviation: given.number('sd') ?? 1.5,
    autocorrelation: given.number('ar1') ?? 0.3,
    carryOver: given.number('carry-over') ?? 0,
    missing: given.number('missing') ?? 0.1,
    trend: 0,
  };
  if (
    !(truth.deviation > 0) ||
    Math.abs(truth.autocorrelation) >= 1 ||
    truth.carryOver < 0 ||
    truth.carryOver >= 1 ||
    truth.missing < 0 ||
    truth.missing >= 1
  )
    throw new IdiographError(
      'usage',
      '--sd must be above 0, --ar1 within -1 and 1, --carry-over and --missing from 0 to below 1',
    );
  const power =
    runs === 0 || effect === undefined
      ? undefined
      : await powerInThread(
          { plan, truth, runs },
          { signal: terminal.signal, progress: (done) => terminal.progress(`simulating ${Math.round(100 * done)} %`) },
        );
  const blinded = given.flag('blinded');
  writeIfNamed(given.text('csv'), scheduleCsv(frozen, blinded));
  writeIfNamed(given.text('ics'), scheduleIcs(frozen, blinded));
  writeIfNamed(given.text('checklist'), checklistCsv(checklistsOf(frozen)));
  const schedules = countSchedules(plan.design);
  terminal.say(`${oneLine(plan.title)}: from ${frozen.startDay}, ${frozen.schedule[0].length} days`);
  for (const one of stretchesOf(frozen))
    terminal.say(`  ${one.from} to ${one.to}  ${oneLine(stretchWords(frozen, one, blinded))}`);
  terminal.say(
    `One of ${schedules} schedules that could have been drawn; the smallest possible p is ${minimumP(plan).toPrecision(2)}.`,
  );
  if (minimumP(plan) > 0.05)
    terminal.warn('This design cannot give p below .05, whatever the effect. Remedy: more cycles.');
  if (power)
    terminal.say(
      `Power for ${Math.abs(truth.effect)} points (sd ${truth.deviation}, autocorrelation ${truth.autocorrelation}, ${power.runs} simulated trials): randomisation test ${percent(power.test)}, model ${percent(power.interval)}.`,
    );
  else terminal.say('No power: state --effect or --worthwhile.');
  terminal.say(`Frozen: ${frozen.hash}`);
  terminal.document({
    ...frozen,
    schedules,
    minimumP: minimumP(plan),
    periods: stretchesOf(frozen),
    ...(power ? { power: { ...truth, ...power } } : {}),
  });
  return 0;
}

function writeIfNamed(path: string | undefined, content: string): void {
  if (path === undefined) return;
  try {
    writeWhole(path, content);
  } catch (cause) {
    throw new IdiographError('usage', `${oneLine(path)} cannot be written`, {
      cause,
      remedy: 'Name another file.',
    });
  }
}

const PlanFile = FrozenTrial.omit({ form: true, frozenAt: true }).extend({ frozenAt: z.string().optional() });

function frozenPlan(path: string): Omit<FrozenTrial, 'form' | 'frozenAt'> {
  const parsed = parseGuarded(readFileSync(path, 'utf8'), defaultLimits.jsonDepth);
  const frozen = PlanFile.safeParse('value' in parsed ? parsed.value : undefined);
  if (!frozen.success)
    throw new IdiographError('usage', `${oneLine(path)} is no frozen plan`, {
      remedy: 'Write it with "idiograph nof1 design --json".',
    });
  const broken = brokenSeal(frozen.data);
  if (broken !== undefined)
    throw new IdiographError('usage', broken, { remedy: 'Analyse with the plan as it was frozen before day 1.' });
  return frozen.data;
}

async function analyse(path: string, given: Given, terminal: Terminal): Promise<number> {
  const planPath = given.text('plan');
  const frozen = planPath === undefined ? undefined : frozenPlan(planPath);
  const range = rangeGiven(given);
  const table = await readTable(inputFile(path, basename(path)), defaultLimits);
  if ('refused' in table) return refused([table.refused], terminal);
  const { rows, issues } = trialRows(table.table, {
    measure: given.text('measure'),
    sideEffect: given.text('side-effect'),
  });
  const said = [...table.issues, ...issues];
  if (rows.length === 0) return refused(said.length > 0 ? said : [noRows], terminal);
  const letters = lettersOfTable(
    rows.map((row) => row.treatment),
    given.text('treatment'),
  );
  if (!frozen && letters.issue) return refused([...said, letters.issue], terminal);
  const people = [...Map.groupBy(rows, ({ id }) => id)];
  const results = people.map(([id, own]) => {
    const answers = own.map(
      (row): DayAnswer => ({
        ...row,
        letter: letters.letter(row.treatment),
        place: `line ${row.line}`,
      }),
    );
    const placed: { read?: ReadTrial; issues: Issue[] } = frozen
      ? onFrozenDays(frozen, answers)
      : fromTable(answers, {
          better: given.oneOf('better', ['lower', 'higher'] as const) ?? 'lower',
          alternative: given.flag('one-sided') ? 'treatment-better' : 'two-sided',
          lagDays: given.whole('lag-days', 0, 30) ?? 0,
          carryOverHalfLifeDays: given.number('half-life', 0, 30) ?? 1,
          seed: given.text('seed') ?? '1',
          range,
          worthwhile: given.number('worthwhile', 0.001, 1e6),
        });
    return { id, ...placed };
  });
  const documents = results.map(({ id, read, issues: own }) => {
    const analysis = read && analyseTrial(read.plan, read.schedule, read.daily, read.known);
    return { read, analysis, document: documentOf(id, read, analysis, [...(people.length === 1 ? said : []), ...own]) };
  });
  for (const { document, analysis, read } of documents) sayTrial(document, analysis, read, terminal);
  const [only] = documents;
  const checklist = given.text('checklist');
  if (checklist !== undefined && frozen) writeIfNamed(checklist, checklistCsv(checklistsOf(frozen, only.analysis)));
  if (documents.length === 1) {
    terminal.document(only.document);
    return only.analysis?.effect === undefined ? 3 : 0;
  }
  const series = seriesFit(
    documents.flatMap(({ document, analysis }) =>
      analysis?.effect
        ? [{ id: document.id ?? '', effect: analysis.effect.value, standardError: analysis.effect.deviation }]
        : [],
    ),
  );
  if (series)
    terminal.say(
      `All ${series.people.length}: ${fixed(series.group.effect)} (${fixed(series.group.low)} to ${fixed(series.group.high)}); people differ by ${fixed(series.between.mean)}.`,
    );
  terminal.document({ trials: documents.map(({ document }) => document), series: series ?? null, issues: said });
  return documents.every(({ analysis }) => analysis?.effect === undefined) ? 3 : 0;
}

const noRows: Issue = {
  code: 'no-rows',
  severity: 'error',
  message: 'The table has no rows.',
  remedy: 'Name a table with one row a day.',
};

function refused(issues: readonly Issue[], terminal: Terminal): number {
  for (const one of issues) sayIssue(one, terminal);
  terminal.document({ effect: null, interval: null, probabilityOfBenefit: null, randomisationP: null, issues });
  return 3;
}

function documentOf(id: string, read: ReadTrial | undefined, analysis: TrialAnalysis | undefined, issues: Issue[]) {
  const { effect, probability, randomisation } = analysis ?? {};
  const stopped = read && stopDay(read.plan, read.sideEffects);
  return {
    id: id === '' ? null : id,
    /** Treatment minus comparison, in points. */
    effect: effect?.value ?? null,
    interval: effect ? [effect.low, effect.high] : null,
    probabilityOfBenefit: probability?.benefit ?? null,
    probabilityWorthwhile: probability?.worthwhile ?? null,
    randomisationP: randomisation?.p ?? null,
    minimumP: randomisation?.minimumP ?? null,
    randomisation: randomisation ?? null,
    model: analysis?.model ?? null,
    pairedT: analysis?.pairedT ?? null,
    mixedModel: analysis?.mixedModel ?? null,
    overlap: analysis?.overlap ?? null,
    days: analysis?.days ?? null,
    periods: analysis?.periods ?? [],
    design: read ? { ...read.plan.design, known: read.known } : null,
    better: read?.plan.better ?? null,
    stop: stopped === undefined ? null : { day: read?.firstDay ? dayAfter(read.firstDay, stopped) : stopped + 1 },
    issues: [...issues, ...(analysis?.issues ?? [])],
  };
}

function sayTrial(
  document: ReturnType<typeof documentOf>,
  analysis: TrialAnalysis | undefined,
  read: ReadTrial | undefined,
  terminal: Terminal,
): void {
  const who = document.id === null ? '' : `${oneLine(document.id)}: `;
  if (document.stop)
    terminal.say(`! ${who}the side effect was at its limit on ${document.stop.day}: by the plan the trial ends.`);
  if (analysis?.effect && read) {
    const { effect, probability, randomisation } = analysis;
    terminal.say(
      `${who}effect ${fixed(effect.value)} (95 % interval ${fixed(effect.low)} to ${fixed(effect.high)}; ${read.plan.better} is better); probability of benefit ${percent(probability!.benefit)}${
        probability!.worthwhile === undefined
          ? ''
          : `, of more than ${read.plan.worthwhile} points ${percent(probability!.worthwhile)}`
      }`,
    );
    if (randomisation)
      terminal.say(
        `  randomisation p ${randomisation.p.toPrecision(3)}, smallest possible ${randomisation.minimumP.toPrecision(2)}, of ${randomisation.schedules} schedules`,
      );
    for (const [name, one] of [
      ['paired t', analysis.pairedT],
      ['mixed model', analysis.mixedModel],
    ] as const)
      if (one)
        terminal.say(
          `  ${name} ${fixed(one.effect)} (${fixed(one.low)} to ${fixed(one.high)}), p ${one.p.toPrecision(3)}`,
        );
    if (analysis.overlap)
      terminal.say(
        `  nonoverlap ${fixed(analysis.overlap.nap)}, Tau-U ${fixed(analysis.overlap.tauU)}: they describe and test nothing`,
      );
  }
  for (const one of document.issues) sayIssue(one, terminal);
}

function sayIssue({ severity, message, place, remedy }: Issue, terminal: Terminal): void {
  terminal.warn(oneLine(`  ${severity}${place ? ` at ${place}` : ''}: ${message}${remedy ? ` ${remedy}` : ''}`));
}

const fixed = (value: number) => value.toFixed(2);
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
