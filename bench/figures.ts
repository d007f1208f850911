import type { Sample } from './client.ts';

/** The value below which a share of the others lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Times in milliseconds of the answers with a status. */
export const timesOf = (samples: readonly Sample[], status: number): number[] =>
  samples.filter((sample) => sample.status === status).map(({ ms }) => ms);

/** How often each status came, as text. */
export function statuses(samples: readonly Sample[]): string {
  const counts = Map.groupBy(samples, ({ status }) => status);
  return [...counts].map(([status, same]) => `${same.length} × ${status}`).join(', ');
}

/** A table row: what was measured, the figure, the aim, and whether it was reached. */
export const row = (what: string, figure: string, aim = '', reached?: boolean): string =>
  `| ${what} | ${figure} | ${aim} | ${reached === undefined ? '' : reached ? 'yes' : '**no**'} |`;

export const table = (title: string, rows: readonly string[]): string =>
  [`## ${title}`, '', '| what | figure | aim | reached |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
