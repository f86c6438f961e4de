export const WORKER_TABS = [
  'overview',
  'chart',
  'trading',
  'performance',
  'params',
  'logs',
  'state',
] as const;
export type WorkerTab = (typeof WORKER_TABS)[number];

/** The tab that an address names; the first one if it names none. */
export function workerTabOf(text: string | null): WorkerTab {
  return WORKER_TABS.find((tab) => tab === text) ?? 'overview';
}
