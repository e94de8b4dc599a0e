/** One `.stats` file of FreeSurfer or FastSurfer, as it states itself. */
export interface Stats {
  /** `generating_program`. */
  program: string;
  software: 'FreeSurfer' | 'FastSurfer';
  /** `cvs_version` or `build-stamp`. */
  version: string | undefined;
  commandLine: string | undefined;
  subjectName: string | undefined;
  hemisphere: 'lh' | 'rh' | undefined;
  anatomy: 'volume' | 'surface' | undefined;
  /** Name of the segmentation or parcellation: `aseg`, `aparc`, `aparc.a2009s`, `wmparc`, `aseg+DKT`. */
  atlas: string | undefined;
  measures: Measure[];
  columns: string[];
  units: string[];
  rows: string[][];
}

/** `# Measure structure, name, description, value, unit`. */
export interface Measure {
  structure: string;
  name: string;
  value: number;
  unit: string;
}

/**
 * Parses the comment header and the columns that it names (mri_segstats, mris_anatomical_stats, FastSurfer segstats).
 * Columns are read by name, not by place: they differ between versions. Returns undefined when there is no table.
 */
export function parseStats(text: string): Stats | undefined {
  const header = new Map<string, string>();
  const measures: Measure[] = [];
  const units: string[] = [];
  const rows: string[][] = [];
  let columns: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.startsWith('#')) {
      const cells = line.trim().split(/\s+/);
      if (cells.length > 1) rows.push(cells);
      continue;
    }
    const body = line.slice(1).trim();
    const unit = /^TableCol\s+(\d+)\s+Units\s+(\S+)/.exec(body);
    if (unit && Number(unit[1]) >= 1 && Number(unit[1]) <= 100) units[Number(unit[1]) - 1] = unit[2]!;
    else if (body.startsWith('ColHeaders ')) columns = body.split(/\s+/).slice(1);
    else if (body.startsWith('Measure ')) {
      const measure = parseMeasure(body.slice(8));
      if (measure) measures.push(measure);
    } else {
      const space = body.search(/\s/);
      if (space > 0 && !header.has(body.slice(0, space))) header.set(body.slice(0, space), body.slice(space).trim());
    }
  }
  if (columns.length === 0 || !columns.includes('StructName')) return undefined;
  const program = header.get('generating_program') ?? '';
  const commandLine = header.get('cmdline');
  const fast = /segstats\.py|fastsurfer/i.test(`${program} ${commandLine ?? ''}`);
  const hemisphere = header.get('hemi');
  const anatomy = header.get('anatomy_type');
  return {
    program,
    software: fast ? 'FastSurfer' : 'FreeSurfer',
    version:
      header.get('build-stamp') ??
      header
        .get('cvs_version')
        ?.replace(/^\$Id: ?|\$$/g, '')
        .trim(),
    commandLine,
    subjectName: header.get('subjectname'),
    hemisphere: hemisphere === 'lh' || hemisphere === 'rh' ? hemisphere : undefined,
    anatomy: anatomy === 'volume' || anatomy === 'surface' ? anatomy : undefined,
    atlas: atlasOf(header),
    measures,
    columns,
    units: columns.map((_, index) => units[index] ?? 'unknown'),
    rows: rows.filter((row) => row.length === columns.length),
  };
}

function parseMeasure(text: string): Measure | undefined {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length < 5) return undefined;
  const value = Number(parts.at(-2));
  // Some versions leave the unit out of a count; a description may hold commas, so value and unit come from the end.
  return Number.isFinite(value) ? { structure: parts[0]!, name: parts[1]!, value, unit: parts.at(-1)! } : undefined;
}

function atlasOf(header: ReadonlyMap<string, string>): string | undefined {
  const file = header.get('AnnotationFile') ?? header.get('SegVolFile');
  return file
    ?.split('/')
    .at(-1)
    ?.replace(/^[lr]h\./, '')
    .replace(/\.(annot|mgz|mgh|nii|nii\.gz)$/, '')
    .replace(/\.deep(\.withCC)?$/, '');
}
