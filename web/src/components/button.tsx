import type { ComponentChildren } from 'preact';
import { refuse } from '../data/actions.ts';
import { useHindrance } from '../data/may-act.ts';
import type { Role } from '../data/roles.ts';
import { useT } from '../i18n/translate.ts';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps {
  readonly onPress?: () => void;
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  /** Name of a button that shows only an icon. */
  readonly label?: string;
  /** @default 'plain' */
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** @default 'button' */
  readonly type?: 'button' | 'submit';
  /** Why it can't be pressed now. It stays reachable, so that the reason can be read. */
  readonly hindrance?: string | null;
  readonly isPressed?: boolean;
  readonly isExpanded?: boolean;
  readonly controls?: string;
}

/** A button. One that can't be pressed says why, also to those who press it. */
export function Button(props: ButtonProps) {
  const { onPress, children, icon, label, look = 'plain', type = 'button' } = props;
  const { hindrance = null, isPressed, isExpanded, controls } = props;
  const t = useT();
  return (
    <button
      type={type}
      class={`button button-${look}${children === undefined ? ' button-bare' : ''}`}
      title={hindrance ?? label}
      aria-label={children === undefined ? label : undefined}
      aria-disabled={hindrance === null ? undefined : 'true'}
      aria-description={hindrance ?? undefined}
      aria-pressed={isPressed}
      aria-expanded={isExpanded}
      aria-controls={controls}
      onClick={(event) => {
        if (hindrance === null) {
          onPress?.();
          return;
        }
        event.preventDefault();
        refuse(t('hindrance.notNow'), hindrance);
      }}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface ActionButtonProps extends ButtonProps {
  readonly needs: Role;
  readonly isAsked?: boolean;
  /** Can be pressed while the stream is down. @default false */
  readonly isUrgent?: boolean;
}

/** A button that asks the server for something: it needs a role, a connection, and no question under way. */
export function ActionButton({
  needs,
  isAsked = false,
  isUrgent = false,
  hindrance = null,
  ...props
}: ActionButtonProps) {
  const t = useT();
  const general = useHindrance(needs, isUrgent);
  const asked = isAsked ? t('hindrance.asked') : null;
  return <Button {...props} hindrance={general ?? asked ?? hindrance} />;
}
