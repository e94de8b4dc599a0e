/**
 * Address of the images of a patient at a place. `image`: a source or artifact; `at`: RAS mm; `region`: a region, or an
 * entry of a reader; `label`: a label of a label map.
 */
export function imagesHref(
  subject: string,
  to: { image?: string; at?: readonly [number, number, number]; region?: string; label?: number } = {},
): string {
  const search = new URLSearchParams({
    ...(to.image !== undefined && { image: to.image }),
    ...(to.at !== undefined && { at: to.at.map((one) => one.toFixed(2)).join(',') }),
    ...(to.region !== undefined && { region: to.region }),
    ...(to.label !== undefined && { label: String(to.label) }),
  });
  return `/patients/${encodeURIComponent(subject)}/images${search.size > 0 ? `?${search}` : ''}`;
}

export interface ImagesPlace {
  image: string | undefined;
  second: string | undefined;
  at: readonly [number, number, number] | undefined;
  region: string | undefined;
  label: number | undefined;
}

/** What an address asks to be shown. Anything that is no place is left out. */
export function placeOf(search: string): ImagesPlace {
  const query = new URLSearchParams(search);
  const at = query.get('at')?.split(',').map(Number);
  const label = Number(query.get('label') ?? Number.NaN);
  return {
    image: query.get('image') ?? undefined,
    second: query.get('second') ?? undefined,
    at: at?.length === 3 && at.every(Number.isFinite) ? (at as unknown as ImagesPlace['at']) : undefined,
    region: query.get('region') ?? undefined,
    label: Number.isInteger(label) ? label : undefined,
  };
}
