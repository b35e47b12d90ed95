import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useWhyNot, type Guarded } from './use-why-not.ts';

interface ActionButtonProps extends ButtonProps, Guarded {
  /** Of a form: the form's own handler does it. */
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
}

/** Something a person does. Who may not sees it all the same, with the reason; the server refuses it too. */
export function ActionButton({
  permission,
  role,
  reason,
  type = 'button',
  onClick,
  ...props
}: ActionButtonProps) {
  const why = useWhyNot({ permission, role, reason });
  if (why === null) return <Button {...props} type={type} onClick={onClick} />;
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...props}
        type="button"
        data-disabled
        aria-disabled="true"
        onClick={(event) => event.preventDefault()}
      />
    </Tooltip>
  );
}
