const UNITS: readonly (readonly [number, string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** A time of so many seconds in at most two units: 3 min 20 s. */
export function shortly(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  if (rest === 0) {
    return '0 s';
  }
  const parts: string[] = [];
  for (const [size, name] of UNITS) {
    const many = Math.floor(rest / size);
    if (many > 0) {
      parts.push(`${many} ${name}`);
    } else if (parts.length > 0) {
      break;
    }
    rest -= many * size;
    if (parts.length === 2) {
      break;
    }
  }
  return parts.join(' ');
}

/** PT1H30M in seconds. */
export function secondsOf(duration: string): number {
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration);
  return match === null ? 0 : Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}

/** In the reader's zone. */
export function local(instant: string): string {
  return new Date(instant).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

export function utc(instant: string): string {
  return `${new Date(instant).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}
