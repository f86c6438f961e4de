// What every measuring command prints: one JSON document with --json, a few lines for people without.
import { cpus, totalmem } from 'node:os';

/** The machine that the figures belong to. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** An aim and how it came out; `op` is '<=', '>=' or '=='. */
export function aim(name, op, target, measured, unit) {
  const holds =
    op === '<=' ? measured <= target : op === '>=' ? measured >= target : measured === target;
  return { name, target: `${op} ${target}`, measured: round(measured), unit, holds };
}

export function round(value) {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

export function percentile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const median = (values) => percentile(values, 0.5);

export function print(report, json) {
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${report.name} on ${report.machine.cpu}, Node ${report.machine.node}\n`);
  for (const { name, target, measured, unit, holds } of report.aims) {
    process.stdout.write(
      `  ${holds ? 'holds ' : 'MISSED'} ${name} ${target}: ${measured} ${unit}\n`,
    );
  }
  process.stdout.write(`${JSON.stringify(report.results, null, 2)}\n`);
}
