import type { VariantRecord } from '../dossier/image.ts';

/** An alternative allele reduced to what differs: shared bases cut off behind, then in front, one base kept. */
export interface Change {
  pos: number;
  ref: string;
  alt: string;
}

/** Trims shared bases (Tan et al., Bioinformatics 2015;31:2202, steps that need no reference sequence). */
export function trimmed(pos: number, ref: string, alt: string): Change {
  let endRef = ref.length;
  let endAlt = alt.length;
  while (endRef > 1 && endAlt > 1 && ref[endRef - 1] === alt[endAlt - 1]) {
    endRef -= 1;
    endAlt -= 1;
  }
  let start = 0;
  while (start < endRef - 1 && start < endAlt - 1 && ref[start] === alt[start]) start += 1;
  return { pos: pos + start, ref: ref.slice(start, endRef), alt: alt.slice(start, endAlt) };
}

/**
 * True when two descriptions give the same sequence. Both reference stretches together are the window; indels in a
 * repeat may be written at either end, and are equal here as far as the window shows the repeat.
 */
export function sameChange(a: Change, b: Change): boolean {
  const start = Math.min(a.pos, b.pos);
  const end = Math.max(a.pos + a.ref.length, b.pos + b.ref.length);
  const window: (string | undefined)[] = new Array(end - start).fill(undefined);
  for (const { pos, ref } of [a, b]) {
    for (let i = 0; i < ref.length; i++) {
      const known = window[pos - start + i];
      if (known !== undefined && known !== ref[i]) return false;
      window[pos - start + i] = ref[i];
    }
  }
  if (window.includes(undefined)) return false;
  const reference = window.join('');
  const apply = ({ pos, ref, alt }: Change) =>
    reference.slice(0, pos - start) + alt + reference.slice(pos - start + ref.length);
  return apply(a) === apply(b);
}

/** A base that is not there because a deletion spans it, or an allele that the record does not spell out. */
const gone = '*';

/** What allele number `index` of the record shows at one base. `undefined`: the record does not say. */
export function baseAt(record: VariantRecord, index: number, pos: number): string | undefined {
  const offset = pos - record.pos;
  const own = record.ref[offset];
  if (index === 0) return own;
  const alt = record.alt[index - 1]!;
  if (!/^[ACGTN]+$/.test(alt)) return alt === '*' ? gone : alt;
  const change = trimmed(record.pos, record.ref, alt);
  const at = pos - change.pos;
  if (at < 0 || at >= change.ref.length) return own;
  if (change.ref.length === change.alt.length) return change.alt[at];
  return at < change.alt.length && at === 0 ? change.alt[0] : gone;
}

/** An insertion or deletion of a definition, as VCF alleles. */
export interface DefinedIndel {
  pos: number;
  ref: string;
  alts: readonly string[];
}

/**
 * What allele number `index` of the record shows of an indel defined as `ref` -> one of `alts` at `pos`: `ref`, one of
 * `alts`, or a text that is neither when another indel lies there. `undefined`: the record says nothing of it.
 */
export function indelAt(record: VariantRecord, index: number, defined: DefinedIndel): string | undefined {
  if (index === 0) return defined.ref;
  const alt = record.alt[index - 1]!;
  if (!/^[ACGTN]+$/.test(alt)) return alt;
  for (const allele of defined.alts) {
    const theirs = { pos: record.pos, ref: record.ref, alt };
    if (sameChange({ pos: defined.pos, ref: defined.ref, alt: allele }, theirs)) return allele;
  }
  const change = trimmed(record.pos, record.ref, alt);
  if (change.ref.length === change.alt.length) return defined.ref;
  const touches =
    change.pos <= defined.pos + defined.ref.length - 1 && change.pos + change.ref.length - 1 >= defined.pos;
  return touches ? `${change.ref}>${change.alt}` : defined.ref;
}
