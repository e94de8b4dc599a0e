import type { Draft } from '../../format.ts';
import type { Element } from '../json.ts';
import type { Located } from '../references.ts';

/** A fact before it belongs to a subject and a source. */
export type FactDraft = Draft['facts'][number];

/** What a resource reader may ask while it reads one resource. */
export interface Reading {
  located: Located;
  /** What a Reference points to; asking records the other file as part of the source. */
  resolve(reference: Element | undefined): Element | undefined;
}

/** Facts stated by one resource. Never throws: what it does not understand becomes an issue on a fact, or no fact. */
export type ResourceReader = (resource: Element, place: string, reading: Reading) => FactDraft[];
