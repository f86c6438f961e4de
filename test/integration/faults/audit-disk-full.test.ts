import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuditIntent } from '../../../src/system/audit/audit-entry.ts';
import { AuditLog } from '../../../src/system/audit/audit-log.ts';
import { waitFor } from '../support/wait.ts';
import { noMounts, SmallDisk } from './support.ts';

const INTENT: AuditIntent = {
  tokenId: '0a1b2c3d',
  name: 'admin',
  role: 'admin',
  source: '127.0.0.1',
  action: 'workers.start',
  target: 'momentum',
};

describe.skipIf(noMounts !== undefined)('an audit log on a disk that is full', () => {
  it('refuses changes, lets a halt pass, and has all of it once there is room', async () => {
    const disk = new SmallDisk();
    const log = AuditLog.open({ home: disk.home });
    onTestFinished(() => log.close());
    let applied = 0;
    const change = (): boolean => {
      try {
        log.begin(INTENT).end({ result: 'applied', reason: null });
        applied += 1;
        return true;
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
        return false;
      }
    };
    expect(change()).toBe(true);
    disk.fill();
    // The log of the database may have some room left in its last page.
    while (change());
    const halt = log.begin({ ...INTENT, action: 'trading.halt', target: null }, { mustPass: true });
    halt.end({ result: 'applied', reason: null });
    expect(log.waiting).toBeGreaterThan(0);
    disk.makeRoom();
    await waitFor('a change that is taken again', change);
    expect(log.waiting).toBe(0);
    expect(await log.verify()).toMatchObject({ isWhole: true, count: applied + 1 });
    expect(log.list({ action: 'trading.halt' })).toHaveLength(1);
  });
});
