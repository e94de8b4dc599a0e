import type { Finding } from '../dossier/finding.ts';
import { andList, members, numberForReader, orList, valueForReader } from '../dossier/words.ts';

/**
 * `{name}`, `{name.site}`, `{name.time}`, `{name.band}`, `{name.formula}` (by which method the value was made), `{name.change}` (what a real change would be), `{name.reason}`
 * (why it was refused), `{name.all}` (the places of all matches), `{name.under}` (the places of its evidence),
 * `{name.each}` (each place with its own value),
 * `{name.cases}` (each member of a set with the place of its evidence: if this, then that); of drug guidance `{name.strength}`, `{name.body}` and `{name.source}`.
 */
const placeholder =
  /\{([a-zA-Z0-9]+)(?:\.(site|time|band|formula|change|reason|all|each|under|cases|strength|body|source))?\}/g;

export function namesInTemplate(template: string): string[] {
  return [...template.matchAll(placeholder)].map((match) => match[1]);
}

/** Fills a sentence. A name that is bound to nothing reads `not assessed`: a gap never vanishes from a sentence. */
export function fill(
  template: string,
  bound: ReadonlyMap<string, Finding>,
  all: ReadonlyMap<string, readonly Finding[]>,
): string {
  return template.replace(placeholder, (_, name: string, part: string | undefined) => {
    const finding = bound.get(name);
    if (part === 'all') {
      const sites = (all.get(name) ?? []).map((one) => one.site?.display ?? one.measure.display);
      return sites.length === 0 ? 'none' : andList([...new Set(sites)].sort());
    }
    if (part === 'each') {
      const said = (all.get(name) ?? []).map(
        (one) => `${one.site?.display ?? one.measure.display} ${valueForReader(one)}`,
      );
      return said.length === 0 ? 'none' : andList([...new Set(said)].sort());
    }
    if (finding === undefined) return 'not assessed';
    if (part === 'site') return finding.site?.display ?? finding.measure.display;
    if (part === 'time') return finding.time?.slice(0, 10) ?? 'undated';
    if (part === 'band') return finding.norm?.band ?? 'no band';
    if (part === 'formula') return /\(([^()]+)\)$/.exec(finding.method)?.[1] ?? 'formula not stated';
    if (part === 'change') return realChange(finding);
    if (part === 'reason') return reasonOf(finding);
    if (part === 'under') return orList([...new Set((finding.evidence ?? []).map(({ place }) => place))]);
    if (part === 'cases') return casesOf(finding);
    if (part === 'strength' || part === 'body' || part === 'source') return codesInWords(finding, `guidance-${part}`);
    return valueForReader(finding);
  });
}

/** `fill` for whole sentences: a name that begins one has a capital, whatever the source calls it. */
export function sentence(...given: Parameters<typeof fill>): string {
  return fill(...given).replace(/(^|[.!?]\s+)([a-z])(?=[a-z])/g, (_, before: string, letter: string) => {
    return before + letter.toUpperCase();
  });
}

/** Members of a set differ in what they call for: each stands with the state under which it holds. */
function casesOf(finding: Finding): string {
  const found = members(finding).map(({ code, display }) => {
    const places = (finding.evidence ?? []).flatMap(({ place, says }) => (says?.startsWith(`${code}:`) ? [place] : []));
    return places.length === 0 ? display : `if ${orList(places)}: ${display}`;
  });
  return found.join('; ');
}

function codesInWords({ codes = [] }: Finding, system: string): string {
  const words = codes.flatMap((code) => (code.system === system ? [code.display] : []));
  return words.length === 0 ? 'not stated' : words.join(' or ');
}

/** The trouble that refused a finding, with what would remedy it. */
function reasonOf({ value, issues }: Finding): string {
  const reason = value.type === 'refused' ? value.reason : undefined;
  const found = issues.find(({ code }) => code === reason) ?? issues.find(({ severity }) => severity === 'error');
  if (found === undefined) return reason === undefined ? '' : reason.replaceAll('-', ' ');
  return [found.message, found.remedy].filter((words) => words !== undefined).join(' ');
}

/** Below and above which values a change is real, or by how much. */
function realChange({ uncertainty }: Finding): string {
  if (uncertainty?.type !== 'smallest-real-change') return 'an unknown amount';
  const { low, high, value } = uncertainty;
  if (low !== undefined && high !== undefined) return `below ${numberForReader(low)} or above ${numberForReader(high)}`;
  return value === undefined ? 'an unknown amount' : `by ${numberForReader(value)} or more`;
}
