import { HomeKeys } from '../../system/keys.ts';
import { ExitCode } from '../exit-code.ts';
import { SecretPrompt } from '../secret-prompt.ts';

/** Options of `quantcell keys ...`. */
export interface KeysFlags {
  readonly home: string;
  /** Of `add`. */
  readonly exchange?: string;
}

/** `quantcell keys add NAME`: secrets are asked for, and never taken from the command line, which anyone can read. */
export async function addKeysCommand(name: string, flags: KeysFlags): Promise<number> {
  return withKeys(flags, async (keys) => {
    await keys.add(name, flags.exchange ?? null);
    process.stdout.write(`added ${name} to ${keys.path}\n`);
  });
}

/** `quantcell keys list`: names and nothing else. */
export async function listKeysCommand(flags: KeysFlags): Promise<number> {
  return withKeys(flags, async (keys) => {
    for (const name of await keys.names()) process.stdout.write(`${name}\n`);
  });
}

/** `quantcell keys remove NAME`. */
export async function removeKeysCommand(name: string, flags: KeysFlags): Promise<number> {
  return withKeys(flags, async (keys) => {
    await keys.remove(name);
    process.stdout.write(`removed ${name} from ${keys.path}\n`);
  });
}

async function withKeys(
  { home }: KeysFlags,
  use: (keys: HomeKeys) => Promise<void>,
): Promise<number> {
  const prompt = new SecretPrompt(process.stdin, (text) => void process.stderr.write(text));
  try {
    await use(new HomeKeys(home, (question) => prompt.ask(question)));
    return ExitCode.OK;
  } finally {
    prompt.close();
  }
}
