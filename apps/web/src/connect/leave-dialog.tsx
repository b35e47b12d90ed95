import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

interface LeaveDialogProps {
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asked before something is thrown away. The element itself traps the focus, closes on Esc and gives the focus back. */
export function LeaveDialog({ onStay, onLeave }: LeaveDialogProps) {
  const { t } = useTranslation('connect');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="leave-title" aria-describedby="leave-text" onClose={onStay}>
      <h2 id="leave-title">{t('leave.title')}</h2>
      <p id="leave-text">{t('leave.text')}</p>
      <p className="row">
        <button type="button" className="main" onClick={onStay}>
          {t('leave.stay')}
        </button>
        <button type="button" onClick={onLeave}>
          {t('leave.leave')}
        </button>
      </p>
    </dialog>
  );
}
