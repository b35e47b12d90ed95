import { useState } from 'react';
import { writeClipboard } from '../ui/write-clipboard.ts';

interface CopyProps {
  readonly text: string;
  readonly label: string;
  readonly copiedLabel: string;
  readonly className?: string;
}

export function Copy({ text, label, copiedLabel, className }: CopyProps) {
  const [copied, setCopied] = useState(false);
  const copy = () => void writeClipboard(text).then(setCopied);
  return (
    <>
      <button type="button" className={className} onClick={copy}>
        {copied ? copiedLabel : label}
      </button>
      <span role="status" className="unseen">
        {copied && copiedLabel}
      </span>
    </>
  );
}
