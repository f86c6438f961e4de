import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LogFile } from '../../../../src/base/log-file.ts';
import { silentLogger } from '../../../../src/base/logger.ts';
import { resolveLogFileConfig } from '../../../../src/host/log/log-file-config.ts';
import { logPathOf, WorkerLogs } from '../../../../src/host/log/worker-logs.ts';

function logsOf(): { readonly logs: WorkerLogs; readonly path: string } {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(join(home, 'logs'));
  return {
    logs: new WorkerLogs(home, resolveLogFileConfig(), silentLogger),
    path: logPathOf(home, 'a'),
  };
}

it('clearing empties the file in place, so that its writer goes on in it', () => {
  const { logs, path } = logsOf();
  const file = new LogFile({ path, maxBytes: 65_536, keep: 3 });
  onTestFinished(() => file.close());
  file.append('before');
  const { ino } = statSync(path);
  logs.clear('a');
  file.append('after');

  expect(readFileSync(path, 'utf8')).toBe('after\n');
  expect(statSync(path).ino).toBe(ino);
});

it('clearing removes what was put aside, of this worker alone', () => {
  const { logs, path } = logsOf();
  const others = [`${path}.old`, path.replace('a.jsonl', 'aa.jsonl.1')];
  for (const name of [path, `${path}.1`, `${path}.12`, ...others]) writeFileSync(name, 'x\n');
  logs.clear('a');

  expect([path, `${path}.1`, `${path}.12`, ...others].map((name) => existsSync(name))).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
});

it('clearing what nobody has written, or without a home, does nothing', () => {
  const { logs, path } = logsOf();
  logs.clear('a');
  new WorkerLogs(undefined, resolveLogFileConfig(), silentLogger).clear('a');

  expect(existsSync(path)).toBe(false);
});
