import { basename } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';
import { moments } from '../../norms/distributions.ts';
import { evaluateTable, pooled } from '../../norms/evaluateTable.ts';
import { type FitOptions, fitReference } from '../../norms/fitReference.ts';
import type { People } from '../../norms/people.ts';
import type { Reference } from '../../norms/reference.ts';
import { prepare, scorePerson } from '../../norms/score.ts';
import type { Command, Invocation, Terminal } from '../command.ts';
import { aboutReference, namedReference, peopleOf, sayIssues } from '../normsInput.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: "Learns a reference from a site's own controls, and says how well it describes other people.",
  usage:
    'idiograph reference fit CONTROLS.csv --out FILE [--model blr|shash|gaussian] [--warp] [--heteroscedastic] [--measures A,B]\n' +
    '                        [--software NAME] [--atlas NAME] [--quantity thickness|area|volume] [--unit UNIT] [--population TEXT] [--title TEXT] [--json]\n' +
    '       idiograph reference adapt FILE|PACK/MODEL CONTROLS.csv --out FILE [--packs DIR] [--json]\n' +
    '       idiograph reference evaluate FILE|PACK/MODEL TEST.csv [--packs DIR] [--json]\n\n' +
    'CONTROLS: one row a person; columns age, sex (1 or M: male), site where there are several, and a column for each measure.\n' +
    '--software: what measured, as findings name it (FreeSurfer 7.4.1, meshnet-model18cls@...); a work-up uses no reference without it.\n' +
    'To use FILE in work-ups: idiograph packs add site-reference --from FOLDER_OF_FILE, the file named reference.json.',
  options: {
    out: { type: 'string' },
    model: { type: 'string' },
    warp: { type: 'boolean' },
    heteroscedastic: { type: 'boolean' },
    measures: { type: 'string' },
    software: { type: 'string' },
    atlas: { type: 'string' },
    quantity: { type: 'string' },
    unit: { type: 'string' },
    population: { type: 'string' },
    title: { type: 'string' },
    packs: { type: 'string' },
  },
  async run({ positionals: [action, ...paths], options }, terminal) {
    if (action === 'fit' && paths.length === 1) return fitFrom(paths[0]!, options, terminal);
    if (action === 'evaluate' && paths.length === 2) return evaluate(paths[0]!, paths[1]!, options, terminal);
    if (action === 'adapt' && paths.length === 2) return adaptTo(paths[0]!, paths[1]!, options, terminal);
    throw new IdiographError('usage', 'say "fit CONTROLS.csv" or "evaluate FILE TEST.csv"', {
      remedy: `usage: ${command.usage}`,
    });
  },
};

async function fitFrom(path: string, options: Invocation['options'], terminal: Terminal): Promise<number> {
  const text = (name: string) => options[name] as string | undefined;
  const out = text('out');
  if (out === undefined)
    throw new IdiographError('usage', 'say where it goes: --out FILE', { remedy: `usage: ${command.usage}` });
  const table = await peopleOf(path, terminal);
  if ('refused' in table) {
    terminal.document({ issues: [table.refused] });
    return 3;
  }
  const measures = text('measures');
  const start = performance.now();
  const { reference, issues, refused } = fitReference(table.people, basename(path), {
    model: oneOf(text('model') ?? 'blr', ['blr', 'shash', 'gaussian'], '--model'),
    warp: options['warp'] === true,
    heteroscedastic: options['heteroscedastic'] === true,
    ...(measures && { measures: measures.split(',').map((one) => one.trim()) }),
    ...(text('quantity') && {
      quantity: oneOf<NonNullable<FitOptions['quantity']>>(
        text('quantity')!,
        ['thickness', 'area', 'volume', 'fa', 'connectivity', 'mixed'],
        '--quantity',
      ),
    }),
    ...pick(options, ['software', 'atlas', 'unit', 'population', 'title']),
  });
  const seconds = (performance.now() - start) / 1000;
  writeWhole(out, `${JSON.stringify(reference)}\n`);
  sayIssues([...table.issues, ...issues], terminal);
  for (const [measure, one] of refused) terminal.warn(oneLine(`left out: ${measure}: ${one.message}`));
  terminal.say(
    `${out}: ${Object.keys(reference.models).length} measures of ${reference.n} people, ages ${reference.ageSpanYears.join(' to ')}, in ${seconds.toFixed(2)} s`,
  );
  if (!reference.software)
    terminal.say('No --software given: it can be evaluated and used on tables, but no work-up will use it.');
  terminal.document({
    out,
    seconds: Number(seconds.toFixed(3)),
    reference: aboutReference(reference),
    refused: [...refused].map(([measure, one]) => ({ measure, ...one })),
    issues: [...table.issues, ...issues],
  });
  return 0;
}

/** A published reference brought to the scanners of controls, as a file of its own. */
async function adaptTo(
  name: string,
  path: string,
  options: Invocation['options'],
  terminal: Terminal,
): Promise<number> {
  const out = options['out'] as string | undefined;
  if (out === undefined)
    throw new IdiographError('usage', 'say where it goes: --out FILE', { remedy: `usage: ${command.usage}` });
  const reference = await namedReference(name, options['packs'] as string | undefined);
  const table = await peopleOf(path, terminal);
  if ('refused' in table) {
    terminal.document({ issues: [table.refused] });
    return 3;
  }
  const scorer = prepare(reference, table.people, {
    name: basename(path),
    controls: table.people,
    controlsName: basename(path),
  });
  const adaptations = Object.fromEntries([...scorer.sites].map(([site, all]) => [site, Object.fromEntries(all)]));
  // Read against the log loss of the controls, where the reference does not hold its own people's mean and SD.
  const training = reference.training ?? trainingOf(table.people, scorer.columns);
  sayIssues([...table.issues, ...scorer.issues], terminal);
  if (scorer.sites.size === 0) {
    throw new IdiographError('usage', `${oneLine(path)} holds no controls that ${reference.id} can be adapted with`, {
      remedy: 'Name columns age, sex, site and the measures as the reference does.',
    });
  }
  const software = reference.quantity === 'connectivity' ? softwareOf(table.people) : undefined;
  const own = { ...reference, ...(software && { software, family: software }), adaptations, training };
  writeWhole(out, `${JSON.stringify(own)}\n`);
  const sites = [...scorer.sites].map(([site, all]) => ({
    site,
    n: Math.max(...[...all.values()].map(({ n }) => n)),
    measures: all.size,
  }));
  for (const one of sites)
    terminal.say(`${out}: ${one.measures} measures adapted to ${one.site || 'the site'} with ${one.n} controls`);
  terminal.document({ out, reference: aboutReference(reference), sites, issues: [...table.issues, ...scorer.issues] });
  return 0;
}

/** Connectivity depends on every step of its making: an adapted reference holds for that of its controls only. */
function softwareOf({ people }: People): string {
  const stated = new Set(people.map(({ software }) => software));
  const [only] = stated;
  if (stated.size === 1 && only !== undefined) return only;
  throw new IdiographError('usage', 'the controls do not state one way in which their connectivity was made', {
    remedy: 'Put the rows that "idiograph connectome" writes (scores.csv) into one table, made with the same options.',
  });
}

function trainingOf({ people }: People, columns: ReadonlyMap<string, number>): NonNullable<Reference['training']> {
  return Object.fromEntries(
    [...columns].flatMap(([measure, index]) => {
      const { mean, sd } = moments(people.flatMap(({ values }) => values[index] ?? []));
      return sd > 0 ? [[measure, { mean, sd }]] : [];
    }),
  );
}

async function evaluate(
  name: string,
  path: string,
  options: Invocation['options'],
  terminal: Terminal,
): Promise<number> {
  const reference = await namedReference(name, options['packs'] as string | undefined);
  const table = await peopleOf(path, terminal);
  if ('refused' in table) {
    terminal.document({ evaluation: [], issues: [table.refused] });
    return 3;
  }
  const scorer = prepare(reference, table.people, { name: basename(path) });
  const scored = table.people.people.map((person) => scorePerson(scorer, person));
  const evaluation = evaluateTable(scorer, scored);
  const issues = [...table.issues, ...scorer.issues, ...scored.flatMap(({ issues: own }) => own)];
  sayIssues(issues, terminal);
  const all = pooled(evaluation);
  terminal.say(
    `${all.measures} measures: EV ${all.ev.toFixed(3)}, SMSE ${all.smse.toFixed(3)}, MSLL ${all.msll.toFixed(3)}, z ${all.zMean.toFixed(3)} (SD ${all.zSd.toFixed(3)}), beyond 1.96 ${(100 * all.tails.above196).toFixed(2)} %`,
  );
  terminal.document({
    reference: aboutReference(reference),
    evaluation,
    pooled: all,
    refused: [...scorer.refused].map(([measure, one]) => ({ measure, ...one })),
    issues,
  });
  return evaluation.length > 0 ? 0 : 1;
}

function oneOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((one) => one === text);
  if (found) return found;
  throw new IdiographError('usage', `${option} ${oneLine(text)} is not known`, {
    remedy: `One of ${allowed.join(', ')}.`,
  });
}

function pick(options: Invocation['options'], names: readonly (keyof FitOptions & string)[]): Partial<FitOptions> {
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}
