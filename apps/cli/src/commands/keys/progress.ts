/** A key job as the API shows it. */
export interface KeyJob {
  readonly id: string;
  readonly kind: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly total: number | null;
  readonly done: number;
  readonly skipped: number;
  readonly error: string | null;
}

const width = 30;

/** One line about a job, with a bar once its total is known. */
export function progressLine({ total, done, status }: KeyJob): string {
  if (total === null) return `${status}, counting`;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * width);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  return `${bar} ${Math.floor(share * 100)} %  ${done} of ${total}`;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows a job again and again: one line that changes on a terminal, elsewhere a line per tenth of the work. */
export function openProgress(output: Output): { show(job: KeyJob): void; end(): void } {
  let last = '';
  return {
    show(job) {
      const text = progressLine(job);
      const step = output.isTTY === true ? text : tenth(job);
      if (step === last) return;
      last = step;
      output.write(output.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end() {
      if (output.isTTY === true && last !== '') output.write('\n');
    },
  };
}

function tenth({ total, done }: KeyJob): string {
  return total === null ? 'counting' : String(total === 0 ? 10 : Math.floor((done / total) * 10));
}
