// The functions that a V8 profile finds running most.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Shares of the samples that were not idle, of the profile of process `pid` (any if not given). */
export function selfTimes(directory, pid, most = 15) {
  const names = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  const name = names.find((one) => pid === undefined || one.split('.')[3] === String(pid));
  if (name === undefined) return [];
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(directory, name), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const times = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byId.get(id);
    if (functionName === '(idle)') return;
    const place = url === '' ? '' : ` ${basename(url)}:${lineNumber + 1}`;
    const key = `${functionName || '(anonymous)'}${place}`;
    times.set(key, (times.get(key) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  return [...times]
    .sort(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(([where, time]) => `${((time / total) * 100).toFixed(1)} % ${where}`);
}
