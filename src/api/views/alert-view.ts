import type { Alerts } from '../../system/alerts/alerts.ts';
import type { AlertView } from '../contract/system-routes.ts';

type Alert = ReturnType<Alerts['recent']>[number];

export function alertView(alert: Alert): AlertView {
  const { seq, at, kind, severity, subject, title, text, count, isResolved } = alert;
  return { seq, at: Math.floor(at), kind, severity, subject, title, text, count, isResolved };
}
