export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LINE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/y;

/** Reads the text format of Prometheus (0.0.4), and throws at whatever is not allowed in it. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  let current: Family | undefined;
  let help: readonly [name: string, help: string] | undefined;
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const helped = new RegExp(`^# HELP (${NAME}) (.+)$`).exec(line);
    if (helped !== null) {
      help = [helped[1] as string, helped[2] as string];
      continue;
    }
    const typed = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary)$`).exec(line);
    if (typed !== null) {
      const [, name, type] = typed as unknown as [string, string, string];
      if (help?.[0] !== name) throw new Error(`${name} has no HELP before its TYPE`);
      if (families.has(name)) throw new Error(`${name} is there twice`);
      current = { name, type, help: help[1], samples: [] };
      families.set(name, current);
      continue;
    }
    const read = LINE.exec(line);
    if (read === null || current === undefined) throw new Error(`can't be read: ${line}`);
    const [, name, , value] = read as unknown as [string, string, string, string];
    const labels = read[2] ?? '';
    const suffixes = current.type === 'histogram' ? '(?:_bucket|_sum|_count)' : '';
    if (!new RegExp(`^${current.name}${suffixes}$`).test(name))
      throw new Error(`${name} stands among ${current.name}`);
    const id = `${name}{${labels}}`;
    if (seen.has(id)) throw new Error(`${id} is there twice`);
    seen.add(id);
    current.samples.push({ name, labels: parseLabels(labels), value: parseValue(value) });
  }
  return families;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no labels: ${text}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return labels;
}

function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (text === '' || (Number.isNaN(value) && text !== 'Nan')) throw new Error(`no value: ${text}`);
  return value;
}
