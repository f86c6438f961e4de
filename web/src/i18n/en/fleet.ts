/** Texts of the fleet page. */
export const fleet = {
  'fleet.title': 'Fleet',
} as const;
