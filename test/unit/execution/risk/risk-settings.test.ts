import { expect, it, vi } from 'vitest';
import { RiskSettings } from '../../../../src/execution/risk/risk-settings.ts';

const GIVEN = { account: { maxDailyLoss: 500 } };

function setUp(keep: () => Promise<void> = () => Promise.resolve()) {
  const log = vi.fn<(level: string, text: string) => void>();
  const facts = new Map<string, string>();
  const settings = new RiskSettings({
    given: GIVEN,
    keep: (name, value) => {
      facts.set(name, value);
      return keep();
    },
    logger: { log },
  });
  return { settings, facts, log };
}

it('limits are those of the configuration until a person sets others', () => {
  const { settings, facts } = setUp();
  settings.restore(new Map());
  expect(settings.limits).toEqual(GIVEN);
  expect(facts.size).toBe(0);
  settings.set({ account: { maxDailyLoss: 100 } });
  expect(settings.limits).toEqual({ account: { maxDailyLoss: 100 } });
});

it('the log names the limits that are not those of the configuration', () => {
  const { settings, facts } = setUp();
  settings.set({ all: { maxOpenOrders: 3 } });
  const next = setUp();
  next.settings.restore(facts);
  expect(next.log.mock.calls).toEqual([
    [
      'warn',
      'risk.all.maxOpenOrders is 3, as a person has set it; the configuration says not limited',
    ],
    [
      'warn',
      'risk.account.maxDailyLoss is not limited, as a person has set it; the configuration says 500',
    ],
  ]);
});

it('limits that can not be written down hold, and the log says so', async () => {
  const { settings, log } = setUp(() => Promise.reject(new Error('disk')));
  settings.set({ account: { maxDailyLoss: 100 } });
  expect(settings.limits).toEqual({ account: { maxDailyLoss: 100 } });
  await vi.waitFor(() =>
    expect(log).toHaveBeenCalledWith('error', expect.stringContaining('can not be written down')),
  );
});

it('wrong limits change nothing', () => {
  const { settings, facts } = setUp();
  const wrong = { account: { maxDailyLoss: -1 } };
  expect(() => settings.set(wrong)).toThrow(
    expect.objectContaining({ code: 'INVALID_RISK_LIMIT' }),
  );
  expect(() => settings.configure(wrong)).toThrow(
    expect.objectContaining({ code: 'INVALID_RISK_LIMIT' }),
  );
  expect(settings.limits).toEqual(GIVEN);
  expect(facts.size).toBe(0);
});
