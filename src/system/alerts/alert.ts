import type { AlertKind, AlertSeverity } from './alert-kinds.ts';

/** What somebody is to be told of. */
export interface AlertInput {
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  /** Whom it is about: a worker's id, a symbol, a venue, a scope of the kill switch. */
  readonly subject: string;
  /** One line. */
  readonly title: string;
  /** What happened, why, and what was done. */
  readonly text: string;
  /** The same as plain data. @default none */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the Unix epoch. @default now */
  readonly at?: number;
  /** It is told however lately another one of its kind and subject was. @default false */
  readonly isEachTold?: boolean;
}

/** An alert as it was told. */
export interface Alert {
  /** Unique, also over restarts of the system. */
  readonly id: string;
  /** Counts the alerts of this system's life from 1. */
  readonly seq: number;
  readonly at: number;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** How many are told as this one: 1, or those that followed another one of the same kind and subject. */
  readonly count: number;
  /** It says that what an alert before it was about is over. */
  readonly isResolved: boolean;
}

const MAX_TITLE_CHARS = 200;
const MAX_TEXT_CHARS = 2_000;
const MAX_SUBJECT_CHARS = 128;

/** What terminals, mail headers and readers of logs might take for more than text; lines and tabs stay. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** As `input`, with texts that any channel can bear: parts of them may come from a strategy. */
export function plainAlert(input: AlertInput): AlertInput {
  return {
    ...input,
    subject: oneLine(input.subject, MAX_SUBJECT_CHARS),
    title: oneLine(input.title, MAX_TITLE_CHARS),
    text: cut(input.text.replaceAll(CONTROLS, ' '), MAX_TEXT_CHARS),
  };
}

function oneLine(text: string, maxChars: number): string {
  return cut(text.replaceAll(CONTROLS, ' ').replaceAll(/\s+/g, ' ').trim(), maxChars);
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`;
}

/** An alert as text for people, its title first. */
export function textOf(alert: Alert): { readonly title: string; readonly body: string } {
  const mark = alert.isResolved ? 'resolved' : alert.severity;
  const facts = `${alert.kind} · ${alert.subject} · ${new Date(alert.at).toISOString()}`;
  return { title: `[${mark}] ${alert.title}`, body: `${alert.text}\n\n${facts}` };
}
