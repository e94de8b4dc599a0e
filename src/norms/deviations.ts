import type { Analysis, Dossier, RunContext, Selected } from '../dossier/analysis.ts';
import { measure as code } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { NormReference } from '../dossier/norm.ts';
import type { Adaptation } from './adapt.ts';
import { changeOf } from './change.ts';
import { centileCurve, centileValues } from './curve.ts';
import { referencesKnown, referencesPath } from './knowledge.ts';
import { matchColumns } from './names.ts';
import type { People, PersonRow } from './people.ts';
import { sitePack, siteReferences } from './published.ts';
import type { Reference } from './reference.ts';
import { type PersonScores, personOf, prepare, type Scorer, scorePerson, wholeBrain } from './score.ts';
import { atlasFits, columnOf, type StatsRow } from './statsNames.ts';
import { ageOf, maleOf, visitsOf } from './visits.ts';

const measures = {
  count: code('deviation-count', 'Measures beyond |z| 2'),
  extreme: code('deviation-extreme', 'Mean |z| of the hundredth that deviates most'),
  thickness: code('cortical-thickness', 'Cortical thickness'),
  area: code('cortical-area', 'Cortical surface area'),
  volume: code('structure-volume', 'Volume of the table'),
  other: code('reference-measure', 'Measure with a reference'),
  change: code('deviation-change', 'Change of z between two scans'),
};

/** Volumes that our own segmentation made, by measure code. */
const ownVolumes = ['brain-volume', 'tissue-volume', 'intracranial-volume-estimate'];
/** Connectivity of our own chain, and what a reference calls the place that a finding names. */
const ownConnectivity: Readonly<Record<string, (place: string) => string>> = {
  'network-pair-connectivity': (place) => place,
  'circuit-connectivity': (place) => `circuit_${place}`,
};
const motion = 'framewise-displacement';
/** Centile curves are kept for so many measures of a scan: the farthest ones. */
const curves = 8;

/**
 * Tables of FreeSurfer, FastSurfer, SynthSeg and DLMUSE, volumes of our own segmentation and connectivity of our own chain, against the site's own references: whole brain
 * first, then each measure with centile and its limits. Exploratory: nothing of it enters a plan.
 */
export const deviations: Analysis = {
  id: 'brain.deviations',
  version: '1.3.0',
  title: 'Deviations from a reference',
  makes: Object.values(measures).map((one) => one.code),
  takes: [...ownVolumes, ...Object.keys(ownConnectivity), motion],
  knowledge: [referencesPath, 'norms/muse-regions.json'],
  packs: [sitePack],
  method: 'norms.md',
  peakMemoryMb: () => 60,
  select: selectVisits,
  async run(inputs, _options, context) {
    const pack = context.pack(sitePack);
    const references = pack ? await siteReferences(pack) : [];
    if (references.length === 0) {
      context.emit.issue(noReference);
      return;
    }
    const facts = context.dossier.facts.filter(({ id }) => inputs['person']?.includes(id));
    // A measure that two references or two folders of one day give is said once: by the first of them.
    const taken = new Set<string>();
    const emit: RunContext['emit'] = {
      ...context.emit,
      finding(draft) {
        const slot = `${draft.measure.code} ${draft.site?.code} ${draft.time}`;
        if (taken.has(slot)) return;
        taken.add(slot);
        context.emit.finding(draft);
      },
    };
    const scans = [...(await tableScans(inputs, context)), ...ownScans(inputs, context)];
    for (const reference of references) {
      const done: Done[] = [];
      for (const scan of scans) {
        const one = scoreScan(reference, scan, facts, emit);
        if (one) done.push(one);
      }
      for (const [k, later] of done.entries()) if (k > 0) emitChange(reference, done[k - 1]!, later, emit);
    }
  },
};

const noReference = issue(
  'info',
  'no-reference',
  'No reference of this site is installed, so no measure has a deviation or a centile.',
  {
    remedy:
      'Learn one from healthy controls of the same scanner: "idiograph reference fit", or "reference adapt" for a published one; then "idiograph packs add site-reference".',
  },
);

/** Numbers of one scan made by one method. */
interface Scan {
  method: string;
  day?: string;
  /** Mean framewise displacement of the run in mm. */
  meanFdMm?: number;
  /** Name, value and parcellation. */
  values: { column: string; value: number; atlas?: string }[];
  ids: string[];
  /** Why nothing of it may be compared. */
  trouble?: Issue;
}

interface Done {
  scan: Scan;
  scored: PersonScores;
}

function selectVisits(dossier: Dossier): Selected {
  const tables = visitsOf(dossier).flatMap(({ sources }) => sources.map(({ id }) => id));
  const own = dossier.findings.filter(
    ({ measure, value }) =>
      (ownVolumes.includes(measure.code) || measure.code in ownConnectivity) && value.type === 'quantity',
  );
  const moved = dossier.findings.filter(({ measure }) => measure.code === motion);
  if (tables.length === 0 && own.length === 0) return { selections: [], missing: [] };
  const person = dossier.facts.filter(({ type }) => type === 'birth-date' || type === 'sex').map(({ id }) => id);
  // The day of a scan is that of its T1 images: they are read for it, so they are inputs.
  const days =
    tables.length > 0 ? dossier.sources.filter(({ contrast }) => contrast === 'T1w').map(({ id }) => id) : [];
  return {
    selections: [
      {
        title: 'Deviations from a reference',
        inputs: { person, tables, own: own.map(({ id }) => id), motion: moved.map(({ id }) => id), days },
      },
    ],
    missing: [],
  };
}

async function tableScans(inputs: Record<string, string[]>, context: RunContext): Promise<Scan[]> {
  const scans: Scan[] = [];
  const poor = await poorScans(inputs, context);
  for (const { sources, day } of visitsOf(context.dossier)) {
    const bySoftware = new Map<string, Scan & { versions: Set<string> }>();
    for (const source of sources) {
      if (!inputs['tables']?.includes(source.id)) continue;
      const say = (key: string) => (typeof source.metadata[key] === 'string' ? source.metadata[key] : undefined);
      const software = say('software') ?? 'FreeSurfer';
      const scan = bySoftware.get(software) ?? {
        method: software,
        ...(day && { day }),
        values: [],
        ids: [],
        versions: new Set(),
      };
      bySoftware.set(software, scan);
      // Old releases name each program's version instead of their own: together they tell releases apart.
      const version = say('version');
      if (version) scan.versions.add(version);
      const atlas = say('atlas') ?? /^[lr]h\.([\w.]+)\.(?:thickness|area)$/.exec(say('corner') ?? '')?.[1];
      // Its whole-brain lines bear the names of those of aseg and are other numbers.
      if (atlas === 'wmparc') continue;
      const trouble = poor.get(source.locator['subject'] ?? '');
      if (software === 'SynthSeg' && trouble) scan.trouble = trouble.issue;
      if (software === 'SynthSeg' && trouble) scan.ids.push(trouble.id);
      if (say('holds') === 'quality') continue;
      scan.ids.push(source.id);
      for await (const row of (await context.openTable(source.id)).rows()) {
        const { structure = '', hemisphere = '', measure = '', value = '', unit = '' } = row as Partial<StatsRow>;
        const column = columnOf({ structure, hemisphere, measure, value, unit });
        if (column === undefined || value === '' || !Number.isFinite(Number(value))) continue;
        scan.values.push({ column, value: Number(value), ...(atlas && { atlas }) });
      }
    }
    for (const { versions, ...scan } of bySoftware.values()) {
      scans.push({ ...scan, method: [scan.method, [...versions].sort().join('; ')].filter(Boolean).join(' ') });
    }
  }
  return scans;
}

/** Below this estimated overlap of any group of structures a segmentation is thrown away (Billot 2023, PNAS 120:e2216399120). */
const leastOverlap = 0.65;

/** Scans of which SynthSeg itself says that it failed, by their names in its tables. */
async function poorScans(inputs: Record<string, string[]>, context: RunContext) {
  const poor = new Map<string, { id: string; issue: Issue }>();
  for (const source of context.dossier.sources) {
    if (source.metadata['holds'] !== 'quality' || !inputs['tables']?.includes(source.id)) continue;
    const low: string[] = [];
    for await (const row of (await context.openTable(source.id)).rows()) {
      const { structure = '', value = '' } = row as Partial<StatsRow>;
      if (Number(value) < leastOverlap) low.push(`${structure} ${Number(value).toFixed(2)}`);
    }
    if (low.length === 0) continue;
    const message = `SynthSeg expects too little overlap of its own segmentation with the truth (below ${leastOverlap}): ${low.join(', ')}.`;
    const remedy = 'Look at the segmentation; repeat it with --robust, or use another scan.';
    poor.set(source.locator['subject'] ?? '', {
      id: source.id,
      issue: issue('error', 'segmentation-quality-low', message, { place: source.path, remedy }),
    });
  }
  return poor;
}

/** Numbers of our own: one scan for each day and method; volumes in mL, named by structure. */
function ownScans(inputs: Record<string, string[]>, { dossier }: RunContext): Scan[] {
  const scans = new Map<string, Scan>();
  for (const finding of dossier.findings) {
    if (!inputs['own']?.includes(finding.id) || finding.value.type !== 'quantity') continue;
    const method = /[a-z][\w-]*@[0-9a-f]{8,}/.exec(finding.method)?.[0];
    if (!method) continue;
    const day = finding.time?.slice(0, 10);
    const key = `${method} ${day}`;
    const scan: Scan = scans.get(key) ?? { method, ...(day && { day }), values: [], ids: [] };
    scans.set(key, scan);
    const place = finding.site?.code ?? finding.measure.code;
    const column = ownConnectivity[finding.measure.code]?.(place) ?? place;
    scan.values.push({ column, value: finding.value.value });
    scan.ids.push(finding.id);
    if (!(finding.measure.code in ownConnectivity) || scan.meanFdMm !== undefined) continue;
    // Motion stands under the run that the connectivity is derived from.
    const moved = dossier.findings.find(
      (one) => one.measure.code === motion && one.site && finding.derivedFrom.includes(one.site.code),
    );
    if (moved?.value.type !== 'quantity') continue;
    scan.meanFdMm = moved.value.value;
    scan.ids.push(moved.id);
  }
  return [...scans.values()];
}

function scoreScan(
  reference: Reference,
  scan: Scan,
  facts: Dossier['facts'],
  emit: RunContext['emit'],
): Done | undefined {
  const age = ageOf(facts, scan.day);
  const male = maleOf(facts);
  const fitting = scan.values.filter(({ column, atlas }) => atlasFits(column, atlas, reference.atlas));
  const columns = [...new Set(fitting.map(({ column }) => column))];
  const person: PersonRow = {
    id: 'patient',
    ...(age && { ageYears: age.ageYears }),
    ...(male !== undefined && { male }),
    ...(scan.meanFdMm !== undefined && { meanFdMm: scan.meanFdMm }),
    software: scan.method,
    values: columns.map((column) => fitting.find((one) => one.column === column)!.value),
    place: scan.day ? `scan of ${scan.day}` : 'scan without a date',
  };
  const people: People = { columns, people: [person], issues: [] };
  const { aliases } = referencesKnown();
  if (matchColumns(Object.keys(reference.models), columns, aliases, reference.quantity).size === 0) return undefined;
  const common = {
    ...(scan.day && { time: scan.day }),
    derivedFrom: [...scan.ids, ...facts.map(({ id }) => id)],
    methodNote: scan.method,
  };
  const norm: NormReference = { norm: reference.id, display: displayOf(reference), source: reference.source };
  const refuse = (reason: FindingDraft['issues'][number]) => {
    emit.finding({
      ...common,
      measure: measures.count,
      site: whole(reference, scan),
      value: { type: 'refused', reason: reason.code },
      norm: { ...norm, refused: reason.message },
      issues: [reason],
    });
    return undefined;
  };
  if (scan.trouble) return refuse(scan.trouble);
  if (reference.software === undefined) {
    return refuse(
      issue('error', 'reference-incomplete', 'The reference does not say which software measured its people.', {
        remedy: 'Fit it again with --software.',
      }),
    );
  }
  if (scan.day === undefined) {
    return refuse(
      issue('error', 'scan-date-missing', 'The day of the scan is not known, so age at the scan is not either.', {
        remedy: 'Import the T1 images too, or name the folder with the date.',
      }),
    );
  }
  const scorer = prepare(reference, people, { name: 'the table' });
  const scored = scorePerson(scorer, person);
  const reason = scored.issues.find(({ severity }) => severity === 'error') ?? scored.refused[0]?.issue;
  if (scored.scores.length === 0) return reason && refuse(reason);
  emitWhole(reference, scan, scored, common, norm, age?.approximate === true, emit);
  const far = new Set(
    [...scored.scores]
      .sort((a, b) => Math.abs(b.z) - Math.abs(a.z))
      .slice(0, curves)
      .map((one) => one.measure),
  );
  const learnt = learntOf(scorer);
  const who = personOf(person);
  for (const score of scored.scores) {
    const adaptation = learnt?.get(score.measure);
    const values = centileValues(reference, score.measure, who, adaptation);
    const curve = far.has(score.measure) ? centileCurve(reference, score.measure, who, adaptation) : undefined;
    const repeat = reference.retest?.[score.measure];
    emit.finding({
      ...common,
      measure: measureOf(score.unit),
      site: { system: 'idiograph', code: siteOf(score.measure, scan), display: score.measure.replaceAll('_', ' ') },
      value: { type: 'quantity', value: score.value, unit: score.unit },
      norm: {
        ...norm,
        z: score.z,
        centile: score.centile,
        centileLimits: score.centileLimits,
        ...(values && bandsOf(values, score.value)),
        ...(curve && { curve }),
      },
      issues: repeat ? [] : [noRepeatability],
    });
  }
  return { scan, scored };
}

const noRepeatability = issue(
  'info',
  'no-repeatability',
  'The smallest detectable change of this measure is not known: the reference holds nobody who was scanned twice.',
);

function emitWhole(
  reference: Reference,
  scan: Scan,
  { scores, refused }: PersonScores,
  common: Pick<FindingDraft, 'derivedFrom' | 'time' | 'methodNote'>,
  norm: NormReference,
  approximateAge: boolean,
  emit: RunContext['emit'],
): void {
  const all = wholeBrain(reference, scores);
  const site = whole(reference, scan);
  const issues = [
    issue(
      'info',
      'false-positive-budget',
      `${all.beyond} of ${all.regions} measures lie beyond |z| 2; a healthy person is expected to have ${all.expected.toFixed(1)}${all.range ? `, and 5 to 95 % of the reference's own people have ${all.range.join(' to ')}` : '; how far healthy people spread is not known for these measures'}. ${all.outside5to95} lie outside the centiles 5 to 95 (${(all.regions * 0.1).toFixed(1)} expected).`,
    ),
    issue(
      'info',
      'deviation-no-diagnosis',
      'A deviation is no diagnosis: at the level of one person it tells disorders apart hardly better than chance, and it changes no line of a plan.',
    ),
    noRepeatability,
  ];
  if (all.flagged) {
    issues.unshift(
      issue(
        'warning',
        'whole-brain-deviation',
        "More measures deviate than in 95 % of the reference's own people: look at the segmentation and the image quality before anything else.",
      ),
    );
  }
  if (approximateAge)
    issues.push(issue('warning', 'age-approximate', 'The birth date has no day: age is off by up to a year.'));
  if (reference.ageSpanOf === 'cohort')
    issues.push(
      issue(
        'warning',
        'age-span-of-cohort',
        'The ages of this reference are those of its cohort; its own are not published.',
      ),
    );
  if (reference.exploratory) issues.push(issue('warning', 'exploratory', 'The reference is exploratory.'));
  if (reference.sentence) issues.push(issue('warning', 'licence-sentence', reference.sentence));
  const present = refused.filter(({ issue: one }) => one.code !== 'column-absent');
  if (present.length > 0) {
    const named = present.slice(0, 12).map(({ measure, issue: one }) => `${measure} (${one.code})`);
    issues.push(
      issue(
        'warning',
        'measures-refused',
        `${present.length} measures are refused: ${named.join(', ')}${present.length > 12 ? ' ...' : ''}.`,
      ),
    );
  }
  const own = "5 to 95 % of the reference's own people";
  emit.finding({
    ...common,
    measure: measures.count,
    site,
    value: { type: 'quantity', value: all.beyond, unit: '1' },
    norm: {
      ...norm,
      ...(all.range && {
        bands: [
          ...(all.range[0] > 0 ? [{ from: 0, to: all.range[0], label: 'fewer' }] : []),
          { from: all.range[0], to: all.range[1], label: own },
          { from: all.range[1], to: Math.max(all.regions, all.range[1] + 1), label: 'more than in 95 % of them' },
        ],
        band: all.beyond > all.range[1] ? 'more than in 95 % of them' : all.beyond < all.range[0] ? 'fewer' : own,
      }),
    },
    issues,
  });
  emit.finding({
    ...common,
    measure: measures.extreme,
    site,
    value: { type: 'quantity', value: all.extremeMean, unit: '1' },
    norm,
    issues: [
      issue(
        'info',
        'extreme-value',
        `Farthest: ${all.largest?.measure} with z ${all.largest?.z.toFixed(2)}${all.largestOfPeople ? `; the farthest measure of 5 to 95 % of the reference's own people has |z| ${all.largestOfPeople[0].toFixed(1)} to ${all.largestOfPeople[2].toFixed(1)}` : ''}.`,
      ),
      noRepeatability,
    ],
  });
}

function emitChange(reference: Reference, earlier: Done, later: Done, emit: RunContext['emit']): void {
  const site = whole(reference, later.scan);
  const common = {
    measure: measures.change,
    ...(later.scan.day && { time: later.scan.day }),
    derivedFrom: [...earlier.scan.ids, ...later.scan.ids],
    methodNote: later.scan.method,
  };
  if (earlier.scan.method !== later.scan.method) {
    const reason = issue(
      'error',
      'software-mixed',
      `${earlier.scan.method} and ${later.scan.method}: a change between versions of software is no change of a brain.`,
      { remedy: 'Process both scans with the same version.' },
    );
    emit.finding({ ...common, site, value: { type: 'refused', reason: reason.code }, issues: [reason] });
    return;
  }
  const before = new Map(earlier.scored.scores.map((one) => [one.measure, one.z]));
  for (const { measure, z } of later.scored.scores) {
    const from = before.get(measure);
    if (from === undefined) continue;
    const change = changeOf(reference, measure, from, z);
    emit.finding({
      ...common,
      site: { system: 'idiograph', code: siteOf(measure, later.scan), display: measure.replaceAll('_', ' ') },
      value: { type: 'quantity', value: Number(change.difference.toFixed(6)), unit: '1' },
      ...(change.smallestReal !== undefined && {
        uncertainty: {
          type: 'smallest-real-change' as const,
          value: change.smallestReal,
          level: 0.95,
          source: `${change.n} people of the reference who were scanned twice`,
        },
      }),
      norm: {
        norm: reference.id,
        display: displayOf(reference),
        source: reference.source,
        ...(change.z !== undefined && { z: change.z }),
      },
      issues: change.sd === undefined ? [noRepeatability] : [],
    });
  }
}

/** The same measure by another program is another number: own volumes keep apart from those of tables. */
function siteOf(measure: string, { method }: Scan): string {
  return method.includes('@') ? `${measure}@${method.split('@')[0]}` : measure;
}

function whole({ quantity, atlas }: Reference, scan: Scan) {
  const what = [quantity, atlas].filter(Boolean).join(' ');
  return {
    system: 'idiograph',
    code: siteOf(`whole-brain-${what.replaceAll(/[^a-zA-Z0-9]+/g, '-')}`, scan),
    display: `Whole brain (${what}, ${scan.method})`,
  };
}

function displayOf({ title, n, ageSpanYears, software }: Reference): string {
  return `${title}: ${n === undefined ? 'number of people not stated' : `${n} people`}, ages ${ageSpanYears.map((one) => Math.round(one * 10) / 10).join(' to ')}, ${software ?? 'software not stated'}`;
}

function learntOf({ sites }: Scorer): ReadonlyMap<string, Adaptation> | undefined {
  return sites.get('') ?? (sites.size === 1 ? [...sites.values()][0] : undefined);
}

function measureOf(unit: string) {
  if (unit === 'mm') return measures.thickness;
  if (unit === 'mm2') return measures.area;
  return unit === 'mm3' || unit === 'mL' ? measures.volume : measures.other;
}

/** Centile bands at this age and sex; a value lies in one of them, and none is called normal. */
function bandsOf(values: readonly number[], value: number): Pick<NormReference, 'bands' | 'band'> {
  const [p5, p25, p50, p75, p95] = values as [number, number, number, number, number];
  const reach = p95 - p5;
  const edges = [Math.min(p5 - reach / 2, value), p5, p25, p50, p75, p95, Math.max(p95 + reach / 2, value)];
  const labels = [
    'below centile 5',
    'centile 5 to 25',
    'centile 25 to 50',
    'centile 50 to 75',
    'centile 75 to 95',
    'above centile 95',
  ];
  const bands = labels.map((label, k) => ({ from: edges[k]!, to: edges[k + 1]!, label }));
  return { bands, band: labels[edges.slice(1, 6).filter((edge) => value >= edge).length]! };
}
