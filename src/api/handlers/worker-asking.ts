import type { Handlers } from '../call.ts';
import { carryOut, type CommandParts } from './worker-command.ts';

/** What a strategy is told and asked. Answered once its callback has run. */
export function workerAsking(parts: CommandParts): Handlers<'signalWorker' | 'commandWorker'> {
  const { service } = parts;
  return {
    signalWorker: async ({ params: { id }, body: { name, data } }) => {
      const work = (): Promise<void> => service.system.manager.signal(id, name, data);
      await carryOut(parts, { name: 'signal', workerId: id, work });
      return { result: 'applied' };
    },
    commandWorker: async ({ params: { id }, body: { name, args } }) => {
      const work = (): Promise<unknown> => service.system.manager.command(id, name, args);
      const answer = await carryOut(parts, { name: 'command', workerId: id, work });
      // What returns nothing has an answer as well.
      return { result: 'applied', answer: answer ?? null };
    },
  };
}
