import type { z } from 'zod';
import { quote } from '../base/errors.ts';
import { malformed, ProtocolError } from './errors.ts';
import type { Message } from './message.ts';

type Schemas = Readonly<Record<string, z.ZodType>>;

/** A message whose payload has been checked: a union told apart by `type`. */
export type Tagged<S extends Schemas> = {
  [Type in keyof S & string]: {
    readonly type: Type;
    readonly msgId: string;
    readonly workerId: string | null;
    readonly session: string | undefined;
    readonly payload: z.output<S[Type]>;
  };
}[keyof S & string];

/** Checks a message's payload against the schema of its type. */
export function parsePayload<S extends Schemas>(schemas: S, message: Message): Tagged<S> {
  const { msgType, msgId, workerId, session } = message;
  if (!Object.hasOwn(schemas, msgType)) {
    throw new ProtocolError(
      'UNKNOWN_MESSAGE_TYPE',
      `msg_type ${quote(msgType)} does not belong here`,
      {
        msgType,
      },
    );
  }
  const parsed = (schemas[msgType] as z.ZodType).safeParse(message.payload);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    throw malformed(
      `payload of ${msgType}, ${path === '' ? '' : `${path}: `}${issue?.message}`,
      message.payload,
    );
  }
  return { type: msgType, msgId, workerId, session, payload: parsed.data } as unknown as Tagged<S>;
}
