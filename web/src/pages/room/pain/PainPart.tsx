import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useMay } from '../../../app/session.tsx';
import { useSubject } from '../../../app/subject.ts';
import type { OwnPart } from '../Room.tsx';
import { Classes } from './Classes.tsx';
import { Course } from './Course.tsx';
import { Drivers } from './Drivers.tsx';
import { Maps } from './Maps.tsx';
import { Mechanisms } from './Mechanisms.tsx';
import './pain.css';
import { RedFlags } from './RedFlags.tsx';

/** Pain on one page: red flags first, then where, which mechanism, what drives it, and its course. */
export const PainPart: OwnPart = ({ page }) => {
  const { pain } = page;
  if (pain === undefined) return null;
  return (
    <Stack gap="lg">
      <RedFlags flags={pain.redFlags} />
      <Maps figure={pain.figure} />
      {pain.course ? <Course course={pain.course} /> : null}
      <Mechanisms mechanisms={pain.mechanisms} />
      <Classes classes={pain.classes} />
      <Drivers drivers={pain.drivers} />
    </Stack>
  );
};

/** What is missing, with the way to the form that answers it, for those who may fill one in. */
export function Missing({ all }: { all: readonly { say: string; form?: string }[] }) {
  const mayFill = useMay('questionnaires:write');
  return (
    <>
      {all.map(({ say, form }) => (
        <Text key={say} size="sm" c="var(--open)">
          {say} {form && mayFill ? <FormLink form={form} /> : null}
        </Text>
      ))}
    </>
  );
}

export function FormLink({ form }: { form: string }) {
  const { t } = useTranslation();
  const subject = useSubject();
  return <Link href={`/patients/${subject}/questionnaires/${form}`}>{t('pain.ask')}</Link>;
}
