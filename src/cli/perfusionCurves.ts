import { IdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { inputTrouble, populationInput, populationInputs, type TabulatedInput } from '../imaging/perfusion/aif.ts';
import { type Compared, compareModels } from '../imaging/perfusion/compare.ts';
import { type CurveGroup, curveTable } from '../imaging/perfusion/curveTable.ts';
import { type CurveFit, fitCurve, isGiven, tracerFitter } from '../imaging/perfusion/fitCurve.ts';
import { type ModelId, modelIds } from '../imaging/perfusion/models.ts';
import { type InputFunction, inputFunction, plasmaInput } from '../kinetics/input.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import type { Terminal } from './command.ts';
import type { Given } from './given.ts';
import { textFile } from './perfusionInput.ts';
import { oneLine } from './terminal.ts';

export function georgiouTable(): TabulatedInput {
  return loadKnowledge('imaging/aif-georgiou.json').data as TabulatedInput;
}

/** A table's input is taken for plasma unless a haematocrit is given for it. */
export function asPlasma(input: InputFunction, given: Given): InputFunction {
  const haematocrit = given.number('hematocrit');
  return haematocrit === undefined ? input : plasmaInput(input, haematocrit);
}

/** `--delay fit` or seconds. */
export function delayOf(given: Given): 'fitted' | number | undefined {
  const text = given.text('delay');
  return text === undefined ? undefined : text === 'fit' ? 'fitted' : given.number('delay');
}

/** Of thousands of curves not each has a warning of its own on the screen. */
const mostWarnings = 20;

interface FittedCurve {
  name: string;
  fit: CurveFit;
  compared: Compared[];
}

/** `idiograph perfusion --curves`: fits each curve of a table, prints it, and says what is doubtful. Gives the exit code. */
export function fitTable(given: Given, terminal: Terminal): number {
  const asked = given.oneOf('model', [...modelIds, 'auto'] as const) ?? 'auto';
  const { groups, assumedSeconds } = curveTable(
    textFile(given.text('curves')!),
    given.oneOf('time-unit', ['s', 'min']),
  );
  const issues: Issue[] = [];
  if (assumedSeconds)
    issues.push(
      issue('warning', 'time-unit-assumed', 'The unit of time is not stated; seconds were assumed.', {
        remedy: 'Name the column t_s or t_min, or say --time-unit.',
      }),
    );
  const delay = delayOf(given);
  const all = groups.reduce((sum, { curves }) => sum + curves.length, 0);
  let done = 0;
  const step = (): void => {
    if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
    done++;
    if (done % 20 === 0 || done === all) terminal.progress(`curve ${done} of ${all}`);
  };
  const fitted = groups.flatMap((group) => fitGroup(group, asked, given, delay, issues, step));
  const told = issues.filter(({ severity }) => severity !== 'info');
  for (const { severity, message, remedy } of told.slice(0, mostWarnings))
    terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
  if (told.length > mostWarnings)
    terminal.warn(
      `${told.length - mostWarnings} more of the like; --json lists all, and each curve's line has its status.`,
    );
  for (const { name, fit } of fitted) {
    if (!isGiven(fit.status)) {
      terminal.say(oneLine(`${name}: ${fit.model}, no value: ${fit.status}`));
      continue;
    }
    const values = fit.estimates
      .map(
        ({ name: of, value, standardError, unit }) =>
          `${of} ${value.toPrecision(4)}${Number.isFinite(standardError) ? ` ± ${standardError.toPrecision(2)}` : ''}${unit === '1' ? '' : ` ${unit}`}`,
      )
      .join(', ');
    terminal.say(oneLine(`${name}: ${fit.model}, ${values}; R2 ${fit.r2.toFixed(4)}, ${fit.status}`));
  }
  terminal.document({ curves: fitted.map(asDocument), issues });
  return fitted.every(({ fit }) => isGiven(fit.status)) ? 0 : 1;
}

function fitGroup(
  group: CurveGroup,
  asked: ModelId | 'auto',
  given: Given,
  delay: 'fitted' | number | undefined,
  issues: Issue[],
  step: () => void,
): FittedCurve[] {
  const input = groupInput(group, given, issues);
  const trouble = inputTrouble(input);
  if (trouble) throw new IdiographError('unsupported', trouble.message, { remedy: trouble.remedy! });
  const ids = asked === 'auto' ? modelIds : [asked];
  const least = Math.max(4, ...ids.map((id) => (id === '2cxm' ? 7 : 5)));
  if (group.timesS.length < least)
    throw new IdiographError('usage', `${group.timesS.length} samples do not determine the model`, {
      remedy: `Give at least ${least}.`,
    });
  const options = delay === undefined ? {} : { delay };
  const fitters = ids.map((id) => [id, tracerFitter(id, input, group.timesS, options)] as const);
  return group.curves.map(({ name, values }) => {
    const fits = fitters.map(([id, fitter]) => fitCurve(id, fitter, values));
    const { compared, chosen } = compareModels(fits);
    const fit = fits.find(({ model }) => model === chosen) ?? fits[0]!;
    step();
    if (fit.status !== 'fitted')
      issues.push(
        issue(
          fit.status === 'at-bound' ? 'warning' : 'error',
          `fit-${fit.status}`,
          `${name}: ${fit.status === 'at-bound' ? `${fit.bound.join(', ')} lies at a bound and has no interval` : `the fit has the status ${fit.status}`}.`,
          { place: name },
        ),
      );
    return { name, fit, compared };
  });
}

function groupInput(group: CurveGroup, given: Given, issues: Issue[]): InputFunction {
  const population = given.oneOf('aif', populationInputs);
  if (group.input && !population) {
    const { timesS, values, name } = group.input;
    if (given.number('hematocrit') === undefined && /^(cb|aif|blood|artery|arterial)$/i.test(name))
      issues.push(
        issue('info', 'input-taken-for-plasma', `The column ${name} was taken for concentrations in plasma.`, {
          remedy: 'Say --hematocrit when it is whole blood.',
        }),
      );
    return asPlasma(inputFunction(timesS, values), given);
  }
  if (!population)
    throw new IdiographError('usage', 'the table has no arterial input', {
      remedy: 'Name its column cp, ca or aif, or choose one of a population: --aif parker.',
    });
  const dose = given.number('dose');
  const blood = populationInput(population, group.timesS, group.timesS[0]!, {
    ...(dose !== undefined && { doseMmolPerKg: dose }),
    table: georgiouTable(),
  });
  return plasmaInput(blood, given.number('hematocrit') ?? 0.42);
}

const level = 1.96;

function asDocument({ name, fit, compared }: FittedCurve): object {
  const parameters = Object.fromEntries(
    fit.estimates.map(({ name: of, value, standardError, unit }) => [
      of,
      {
        value: Number.isFinite(value) ? value : null,
        unit,
        ...(Number.isFinite(standardError) && {
          standardError,
          interval95: [value - level * standardError, value + level * standardError],
        }),
      },
    ]),
  );
  return {
    name,
    model: fit.model,
    status: fit.status,
    parameters,
    rss: Number.isFinite(fit.rss) ? fit.rss : null,
    r2: Number.isFinite(fit.r2) ? fit.r2 : null,
    points: fit.points,
    ...(compared.length > 1 && { compared }),
  };
}
