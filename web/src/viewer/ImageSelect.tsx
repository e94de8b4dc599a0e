import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageView } from '../../../src/server/api/images.ts';

export interface Visit {
  day?: string | undefined;
  modalities: { modality: string; images: string[] }[];
}

/** All images by visit. */
export function ImageSelect({
  images,
  visits,
  value,
  onChange,
  label,
}: {
  images: readonly ImageView[];
  visits: readonly Visit[];
  value: string | undefined;
  onChange(image: string): void;
  label: string;
}) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      size="xs"
      style={{ flex: 1, minWidth: 0 }}
      aria-label={label}
      value={value ?? ''}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={[
        ...(value === undefined ? [{ value: '', label: t('images.choose'), disabled: true }] : []),
        ...visits.map(({ day, modalities }) => ({
          group: day ?? t('images.noDay'),
          items: modalities.flatMap(({ modality, images: ids }) =>
            ids.flatMap((id) => {
              const image = images.find((one) => one.id === id);
              return image ? [{ value: id, label: wordsOf(image, modality, day ?? t('images.noDay')) }] : [];
            }),
          ),
        })),
      ]}
    />
  );
}

/** With the day: a closed list shows no heading, and two visits must not look alike. */
function wordsOf({ title, shape }: ImageView, modality: string, day: string): string {
  const size = `${shape.slice(0, 3).join('×')}${shape[3] > 1 ? ` × ${shape[3]}` : ''}`;
  return `${day} · ${title.startsWith(modality) ? '' : `${modality} `}${title} (${size})`;
}
