export const fleet = {
  'fleet.title': '进程',
} as const;
