/** Views that are costly to make, kept with the model that they are made of and for as long as it holds. */
export interface KeptViews {
  /** The view of this key; `make` is asked for it once. A view that failed is asked for again. */
  of<T extends object>(key: string, make: () => T | Promise<T>): Promise<T>;
}

/** So many walks of `why` are looked at in a meeting at most; the oldest goes first. */
const mostKept = 200;

/** Kept views as JSON in bytes, written when first asked for. Only they are in it: anything else may change under the same object. */
const written = new WeakMap<object, Uint8Array<ArrayBuffer> | undefined>();

/** Keeps the latest 200 views of one model. */
export function keepViews(): KeptViews {
  const kept = new Map<string, Promise<object>>();
  return {
    of<T extends object>(key: string, make: () => T | Promise<T>): Promise<T> {
      const known = kept.get(key);
      if (known !== undefined) return known as Promise<T>;
      const made = (async () => {
        const view = await make();
        written.set(view, undefined);
        return view;
      })();
      kept.set(key, made);
      made.catch(() => kept.delete(key));
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
      return made;
    },
  };
}

/** The JSON of a kept view, in UTF-8; undefined for anything else. */
export function bytesOfKept(view: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof view !== 'object' || view === null || !written.has(view)) return undefined;
  const bytes = written.get(view) ?? new TextEncoder().encode(JSON.stringify(view));
  written.set(view, bytes);
  return bytes;
}
