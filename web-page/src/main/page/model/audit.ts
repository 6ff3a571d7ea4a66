import type { AuditKept } from './types';
import { count } from './words';

/** What is looked for in the audit; what is empty is not. */
export type AuditFilter = { text: string; who: string; campaign: string; answer: string };

/** Periods to look back, in hours; what is not named is all that is kept. */
export const PERIODS: Readonly<Record<string, number>> = { hour: 1, day: 24, week: 7 * 24, month: 31 * 24 };

export const STRANGER = 'nobody known';

export function whoOf(kept: AuditKept): string {
  return kept.record?.who?.name ?? STRANGER;
}

export function isRefused(kept: AuditKept): boolean {
  return (kept.record?.status ?? 0) >= 400;
}

/** What has no record of its own and is counted in this one. */
export function leftOut(record: Pick<NonNullable<AuditKept['record']>, 'unwritten' | 'leftOut'>): string {
  const kinds = (record.leftOut ?? []).map(
    (one) => `${one.count} × ${one.request} (${one.status === 0 ? '' : `${one.status}, `}${one.who ?? STRANGER})`,
  );
  const before = `${count(record.unwritten ?? 0, 'more request')} before it without a record`;
  return `${[before, kinds.join(', ')].filter((part) => part !== '').join(': ')}.`;
}

/** The records that are like that, the newest first; one that cannot be read is never left out. */
export function found(records: readonly AuditKept[], filter: AuditFilter): AuditKept[] {
  const text = filter.text.toLowerCase();
  return records
    .filter((kept) => {
      const { record } = kept;
      return (
        record === undefined ||
        ((filter.who === '' || whoOf(kept) === filter.who) &&
          (filter.campaign === '' || record.campaign === filter.campaign) &&
          (filter.answer === '' || isRefused(kept) === (filter.answer === 'refused')) &&
          (text === '' ||
            [record.summary, record.from, record.request, record.cluster, record.approved, record.commandDigest]
              .join(' ')
              .toLowerCase()
              .includes(text)))
      );
    })
    .sort((a, b) => time(b) - time(a));
}

function time(kept: AuditKept): number {
  return kept.record === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(kept.record.at);
}
