import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  completeConfig,
  type ServiceConfigInput,
} from '../../../src/system/config/config-schema.ts';
import { Service } from '../../../src/system/service/service.ts';

/** A service without workers, and what its configuration is to say when it is read again. */
async function started(config: ServiceConfigInput) {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  const given = { ...config, workers: { idle: 0 } };
  let wanted = completeConfig(given);
  const service = new Service({ config: wanted, configPath: null, home, reread: () => wanted });
  onTestFinished(async () => {
    await service.stop();
    rmSync(home, { recursive: true, force: true });
  });
  await service.start();
  const reload = (changes: ServiceConfigInput): ReturnType<Service['reload']> => {
    wanted = completeConfig({ ...given, ...changes });
    return service.reload();
  };
  return { service, reload };
}

const OF_FILE = { account: { maxOrderNotional: 1_000_000 } };
const TIGHTER = { account: { maxOrderNotional: 5 } };

it('limits that were set meanwhile outlive a reload that says nothing of limits', async () => {
  const { service, reload } = await started({ risk: OF_FILE });
  service.execution?.desk.setRisk(TIGHTER);
  expect(await reload({ risk: OF_FILE, log: { level: 'warn' } })).toMatchObject({
    applied: ['log.level'],
  });
  expect(service.execution?.desk.risk).toEqual(TIGHTER);
});

it('limits that the configuration changes hold at once', async () => {
  const { service, reload } = await started({ risk: OF_FILE });
  service.execution?.desk.setRisk(TIGHTER);
  const wanted = { account: { maxOrderNotional: 500 } };
  expect(await reload({ risk: wanted })).toMatchObject({
    applied: ['risk.account.maxOrderNotional'],
  });
  expect(service.execution?.desk.risk).toEqual(wanted);
});
