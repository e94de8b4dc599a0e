import { ActionIcon, Menu } from '@mantine/core';
import { memo, type RefObject, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { PatientRow } from '../../../../src/server/api/patients.ts';
import { useWords } from './words.ts';

export interface LineProps {
  row: PatientRow;
  index: number;
  /** The one line that the Tab key reaches. */
  active: boolean;
  mayChange: boolean;
  /** Where each line leaves its link, by its index. */
  links: RefObject<Map<number, HTMLAnchorElement>>;
  onFocus(index: number): void;
  onMerge(row: PatientRow): void;
  onIdentities(row: PatientRow): void;
}

/**
 * One patient: who, what data there are, what is urgent. The name is the link; everything else explains it. Plain elements,
 * because dozens of lines come and go with every turn of a wheel.
 */
export const PatientLine = memo(function PatientLine(props: LineProps) {
  const { row, index, active, mayChange, links, onFocus } = props;
  const { t } = useTranslation();
  const words = useWords();
  const { subject, label, safety } = row;
  const about = [
    label === subject ? '' : subject,
    ...words.numbers(row),
    ...words.births(row).map((day) => t('patients.born', { day })),
    row.sex === undefined ? '' : t(`patients.sex.${row.sex}`),
  ];
  const has = [
    ...(row.data.length === 0 ? [t('patients.noData')] : words.data(row)),
    row.facts > 0 ? t('patients.facts', { count: row.facts }) : '',
    row.findings > 0 ? t('patients.findings', { count: row.findings }) : '',
    row.lastVisit === undefined ? '' : t('patients.lastVisit', { day: words.day(row.lastVisit) }),
  ];
  const now = safety.checks.filter(({ urgency }) => urgency === 'now').map(({ display }) => display);
  return (
    <div className={`patient-line ${safety.urgency}`}>
      <div>
        <Link
          href={`/patients/${subject}`}
          ref={(element: HTMLAnchorElement | null) => {
            if (element) links.current.set(index, element);
            else links.current.delete(index);
          }}
          tabIndex={active ? 0 : -1}
          onFocus={() => onFocus(index)}
          className="patient-link"
        >
          {label}
        </Link>
        {row.composite ? <span className="patient-mark composite">{t('patients.composite')}</span> : null}
        {row.synthetic ? <span className="patient-mark">{t('patients.synthetic')}</span> : null}
        {row.mergedInto === undefined ? null : (
          <span className="patient-mark">{t('patients.mergedInto', { subject: row.mergedInto })}</span>
        )}
        <div className="patient-about">{about.filter(Boolean).join(' · ')}</div>
      </div>
      <div className="patient-has">
        <div>{has.filter(Boolean).join(' · ')}</div>
        {safety.now > 0 ? <div className="patient-now">{t('patients.actNow', { checks: now.join(', ') })}</div> : null}
        {safety.open > 0 ? (
          <div className="patient-open">{t('patients.openChecks', { count: safety.open })}</div>
        ) : null}
      </div>
      {mayChange ? <Actions {...props} /> : null}
    </div>
  );
});

function Actions({ row, active, onMerge, onIdentities }: LineProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { alike } = row;
  const tabIndex = active ? 0 : -1;
  const label = t('patients.actions', { label: row.label });
  const target = { tabIndex, 'aria-label': label, 'aria-haspopup': 'menu' as const };
  return (
    <div className="patient-actions no-print">
      {alike.length > 0 ? (
        <button type="button" className="patient-alike" tabIndex={tabIndex} onClick={() => onMerge(row)}>
          {t('patients.alikeMark', { count: alike.length, subjects: alike.slice(0, 3).join(', ') })}
        </button>
      ) : null}
      {open ? (
        <Menu opened onChange={setOpen} position="bottom-end" withinPortal returnFocus>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" {...target}>
              <span aria-hidden>⋯</span>
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {row.mergedInto === undefined ? (
              <Menu.Item onClick={() => onMerge(row)}>{t('patients.mergeAction')}</Menu.Item>
            ) : null}
            <Menu.Item onClick={() => onIdentities(row)}>{t('patients.identitiesAction')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : (
        // A whole menu for each line would cost more than the line.
        <button type="button" className="patient-more" {...target} aria-expanded={false} onClick={() => setOpen(true)}>
          <span aria-hidden>⋯</span>
        </button>
      )}
    </div>
  );
}
